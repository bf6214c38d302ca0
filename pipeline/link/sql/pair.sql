-- One row is one pair to be compared, with the rules that made it as bits.
select a, b, bit_or(rule_bit) as rules
from rule_pair
group by a, b
