-- One row is one area where M0 is not H times A. Published figures are rounded to nine digits.
select area_level, area_code, method_code, unit_code
from mart.poverty_by_area
where
    (headcount_ratio > 0 and not coalesce(abs(adjusted_headcount_ratio - headcount_ratio * intensity) < 1e-8, false))
    or (headcount_ratio = 0 and coalesce(adjusted_headcount_ratio, 0) <> 0)
    or not coalesce(headcount_ratio between 0 and 1, true)
order by all
