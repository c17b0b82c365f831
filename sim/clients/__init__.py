"""Who the clients are: assumptions about them, their hazards, the opening stock, arrivals and counters.

``assumptions`` reads a municipality's values with source, status and range; ``hazards`` estimates monthly exit hazards
from published aggregates; ``clients`` is the table of people a simulation starts from (``opening``) or receives
(``arrivals``); ``additional`` says when the old leave the municipality's account; ``counter`` is the arithmetic of paid
days that the flow and the money share.
"""
