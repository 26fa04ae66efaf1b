"""Anytime-valid verdicts: e-values, plans, budgets, slack, exponents, orderings, streams.

Pure functions on finished samples: nothing here draws, prints or stores.
"""

from verify.statistics.bets import BETS as BETS
from verify.statistics.bets import bets_for as bets_for
from verify.statistics.bets import confidence_limits as confidence_limits
from verify.statistics.bets import log_e_counts as log_e_counts
from verify.statistics.budget import Budget as Budget
from verify.statistics.decision import Decision as Decision
from verify.statistics.levels import LEVELS as LEVELS
from verify.statistics.levels import certified_levels as certified_levels
from verify.statistics.levels import log_e_levels as log_e_levels
from verify.statistics.matrices import MatrixDecision as MatrixDecision
from verify.statistics.matrices import decide_matrix as decide_matrix
from verify.statistics.mean_claims import can_hold as can_hold
from verify.statistics.mean_claims import decide_mean as decide_mean
from verify.statistics.mean_claims import detectable_shift as detectable_shift
from verify.statistics.means import log_e_at_least as log_e_at_least
from verify.statistics.means import log_e_at_most as log_e_at_most
from verify.statistics.means import mean_limits as mean_limits
from verify.statistics.models import Average as Average
from verify.statistics.models import Bounded as Bounded
from verify.statistics.models import SubGaussian as SubGaussian
from verify.statistics.models import Variance as Variance
from verify.statistics.orderings import below_from as below_from
from verify.statistics.orderings import decide_ordering as decide_ordering
from verify.statistics.plans import OutcomeLaw as OutcomeLaw
from verify.statistics.plans import Probability as Probability
from verify.statistics.plans import look_schedule as look_schedule
from verify.statistics.plans import runs_to_hold as runs_to_hold
from verify.statistics.probability_claims import decide_probability as decide_probability
from verify.statistics.slack import Slack as Slack
from verify.statistics.slack import bound_slack as bound_slack
from verify.statistics.slack import quantile_limits as quantile_limits
from verify.statistics.slack_slope import SlackSlope as SlackSlope
from verify.statistics.slack_slope import local_slopes as local_slopes
from verify.statistics.slack_slope import slack_slope as slack_slope
from verify.statistics.slopes import ExponentDecision as ExponentDecision
from verify.statistics.slopes import decide_exponent as decide_exponent
from verify.statistics.slopes import replicate_slopes as replicate_slopes
from verify.statistics.streams import canonical_json as canonical_json
from verify.statistics.streams import stream as stream
from verify.statistics.streams import words as words
