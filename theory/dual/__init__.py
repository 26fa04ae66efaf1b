"""Dual certificates of TV-regularised infinite-width networks.

Del Grande, Brune, Carioni; arXiv 2603.17785.
"""
