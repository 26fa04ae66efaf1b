"""Engines interpret checks. One module an engine; see `verify.check` for the contract."""

from verify.engines.cover import Cover as Cover
from verify.engines.derive import Derive as Derive
from verify.engines.enclose import Enclose as Enclose
from verify.engines.follow import Follow as Follow
from verify.engines.order import Order as Order
from verify.engines.sample import Sample as Sample
from verify.engines.search import Search as Search
from verify.engines.slope import Slope as Slope
