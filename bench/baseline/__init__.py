"""What Tradepost is measured against: the earlier design rebuilt, and plain DRF."""

#: Where the baseline keeps its answers; 1 and 2 are Tradepost's.
REDIS_DATABASE = 3
