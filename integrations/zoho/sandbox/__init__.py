"""A stand-in for Zoho Inventory v1, Books v3 and the accounts server, run as its own process.

Standard library only, and nothing of Tradepost is imported: a client that works here reaches
Zoho through the same addresses, headers and bodies. What is and is not modelled: DIVERGENCES.md.
"""
