-- สองหน่วยงานใดรู้จักคนเดียวกัน กี่คน · How many persons two agencies both know
select
    a.agency as agency_a,
    b.agency as agency_b,
    count(distinct a.person_id) as persons_in_both
from core.source_record as a
inner join core.source_record as b on b.person_id = a.person_id and b.agency > a.agency
group by a.agency, b.agency
order by persons_in_both desc, agency_a, agency_b;
