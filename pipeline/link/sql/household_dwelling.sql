-- One row is one record and the dwelling it names: an even number is a house code, an odd one an address.
-- A house code that one record alone gives yields to the code that others give for the same address: it is most
-- likely mistyped (2.65 % of real codes fail even their checksum).
with code_of_address as (
    -- a row is an address and a house code given with it
    select address, house_code, count(distinct person) as persons
    from fact
    where address is not null and house_code is not null
    group by address, house_code
),

best_code as (
    -- a row is an address and the house code most people give with it
    select address, house_code, persons
    from (
        select
            address,
            house_code,
            persons,
            row_number() over (partition by address order by persons desc nulls last, house_code asc nulls last) as place
        from code_of_address
    ) as ranked
    where place = 1
),

code_use as (
    -- a row is a house code and how widely it is used
    select house_code, count(*) as records
    from fact
    where house_code is not null
    group by house_code
)

select
    f.node,
    case
        when f.house_code is not null and u.records = 1 and b.persons > 1 then 2 * b.house_code
        when f.house_code is not null then 2 * f.house_code
        when b.house_code is not null then 2 * b.house_code
        when f.address is not null then 2 * f.address + 1
    end as dwelling
from fact as f
left join code_use as u on f.house_code = u.house_code
left join best_code as b on f.address = b.address
