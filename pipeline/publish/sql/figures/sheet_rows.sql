-- One row is one agency's physical rows, by what became of them.
select
    a.name_thai as agency_name,
    count(*) as sheets,
    sum(r.rows_in) as rows_in,
    sum(r.rows_out) as accepted,
    sum(r.rejected) as rejected,
    sum(r.blank) as blank,
    sum(r.title) + sum(r.header) as titles_and_headers,
    sum(r.group_label) + sum(r.total) + sum(r.legend) as labels_and_totals,
    sum(r.excluded) as excluded,
    sum(r.difference) as difference
from ops.reconciliation as r
inner join core.agency as a using (agency)
where r.level_code = 'sheet'
group by r.agency, a.name_thai
order by r.agency
