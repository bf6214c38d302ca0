-- One row is one pair with the level of each comparison (levels.yaml; 0 is "not known on both sides"),
-- packed into one number of four bits a comparison, first comparison lowest.
with attribute as (
    -- a row is a pair with what both sides say; similarities are those of names.py, null where a name is missing
    select
        p.a,
        p.b,
        p.rules,
        case when l.given = r.given then 8 else gg.similarity end as given_direct,
        case when l.surname = r.surname then 8 else ss.similarity end as surname_direct,
        case when l.given = r.surname then 8 else gs.similarity end as given_crossed,
        case when l.surname = r.given then 8 else sg.similarity end as surname_crossed,
        case when l.village = r.village then 8 else vv.similarity end as village_similarity,
        case when l.given_rarity < r.given_rarity then l.given_rarity else r.given_rarity end as given_rarity,
        case when l.surname_rarity < r.surname_rarity then l.surname_rarity else r.surname_rarity end
            as surname_rarity,
        l.national_id as id_a,
        r.national_id as id_b,
        l.is_id_valid and r.is_id_valid as has_valid_ids,
        coalesce(n.is_near, false) as is_id_near,
        l.birth_year as year_a,
        r.birth_year as year_b,
        abs(l.birth_year - r.birth_year) as years_apart,
        l.birth_month as month_a,
        r.birth_month as month_b,
        l.birth_day as day_a,
        r.birth_day as day_b,
        l.birth_month is not null and l.birth_day is not null
        and r.birth_month is not null and r.birth_day is not null as has_days,
        l.sex as sex_a,
        r.sex as sex_b,
        l.title as title_a,
        r.title as title_b,
        l.house_code = r.house_code as is_same_house_code,
        l.tambon = r.tambon as is_same_tambon,
        l.amphoe = r.amphoe as is_same_amphoe,
        l.moo = r.moo as is_same_moo,
        l.house_no = r.house_no as is_same_house_no,
        l.agency = r.agency as is_same_agency,
        l.household_ref = r.household_ref as is_same_ref,
        l.is_twin and r.is_twin as has_twins,
        l.relationship as relationship_a,
        r.relationship as relationship_b
    from pair as p
    inner join coded as l on p.a = l.node
    inner join coded as r on p.b = r.node
    left join name_similarity as gg
        on gg.x = least(l.given, r.given) and gg.y = greatest(l.given, r.given)
    left join name_similarity as ss
        on ss.x = least(l.surname, r.surname) and ss.y = greatest(l.surname, r.surname)
    left join name_similarity as gs
        on gs.x = least(l.given, r.surname) and gs.y = greatest(l.given, r.surname)
    left join name_similarity as sg
        on sg.x = least(l.surname, r.given) and sg.y = greatest(l.surname, r.given)
    left join name_similarity as vv
        on vv.x = least(l.village, r.village) and vv.y = greatest(l.village, r.village)
    left join id_near as n
        on n.x = least(l.national_id, r.national_id) and n.y = greatest(l.national_id, r.national_id)
),

ordered as (
    -- a row is a pair; first and last name count as exchanged when the crossed reading is much the better one
    select
        *,
        coalesce(given_crossed, 0) + coalesce(surname_crossed, 0)
        >= coalesce(given_direct, 0) + coalesce(surname_direct, 0) + 6
        and coalesce(given_crossed, 0) + coalesce(surname_crossed, 0) >= 10 as is_exchanged
    from attribute
),

graded as (
    -- a row is a pair with one small number a comparison
    select
        a,
        b,
        rules,
        case
            when id_a is null or id_b is null then 0
            when id_a = id_b then case when has_valid_ids then 6 else 5 end
            when is_id_near then case when has_valid_ids then 3 else 4 end
            when has_valid_ids then 1
            else 2
        end as id_level,
        case
            when is_exchanged then case when given_crossed = 8 then 9 + given_rarity else given_crossed + 1 end
            when given_direct is null then 0
            when given_direct = 8 then 9 + given_rarity
            else given_direct + 1
        end as given_level,
        case
            when is_exchanged then case when surname_crossed = 8 then 9 + surname_rarity else surname_crossed + 1 end
            when surname_direct is null then 0
            when surname_direct = 8 then 9 + surname_rarity
            else surname_direct + 1
        end as surname_level,
        case when is_exchanged then 1 else 0 end as order_level,
        case
            when year_a is null or year_b is null then 0
            when has_days and years_apart = 0 and month_a = month_b and day_a = day_b then 10
            when has_days and years_apart = 0 and month_a = day_b and day_a = month_b then 9
            when has_days and years_apart = 0 and (month_a = month_b or day_a = day_b) then 8
            when years_apart = 0 and not has_days and coalesce(month_a = month_b, true) then 7
            when has_days and month_a = month_b and day_a = day_b
                and (years_apart in (1, 2, 5, 543) or years_apart % 10 = 0 or (years_apart % 9 = 0 and years_apart <= 45)) then 6
            when years_apart = 1 and not has_days then 5
            when years_apart = 0 then 4
            when has_days and month_a = month_b and day_a = day_b then 4
            when years_apart <= 1 or (years_apart = 10 and not has_days) then 3
            when years_apart <= 4 then 2
            else 1
        end as birth_level,
        case when sex_a is null or sex_b is null then 0 when sex_a = sex_b then 2 else 1 end as sex_level,
        case
            when is_same_house_code then 7
            when is_same_tambon and is_same_moo and is_same_house_no then 6
            when is_same_tambon and is_same_house_no and is_same_moo is null then 5
            when is_same_tambon and is_same_moo then 4
            when is_same_tambon then 3
            when is_same_amphoe then 2
            when is_same_amphoe is null and is_same_tambon is null then 0
            else 1
        end as place_level,
        case
            when village_similarity is null then 0
            when village_similarity >= 7 then 3
            when village_similarity >= 4 then 2
            else 1
        end as village_level,
        case when title_a is null or title_b is null then 0 when title_a = title_b then 2 else 1 end as title_level,
        has_twins,
        case when is_same_agency and is_same_ref then 1 when is_same_agency then 2 else 3 end as source_level,
        relationship_a,
        relationship_b
    from ordered
),

related as (
    -- a row is a pair; what one is to the head speaks only of one house, and a second given name in it of a second person
    select
        a,
        b,
        rules,
        id_level,
        given_level,
        surname_level,
        order_level,
        birth_level,
        sex_level,
        place_level,
        village_level,
        title_level,
        source_level,
        case
            when place_level < 6 or relationship_a is null or relationship_b is null then 0
            when relationship_a = relationship_b then 2
            else 1
        end as relationship_level,
        case
            when given_level between 1 and 4 and (surname_level >= 5 or place_level >= 5)
                then case when birth_level < 9 then 1 when has_twins then 3 else 2 end
            else 0
        end as housemate_level
    from graded
)

select
    a,
    b,
    rules,
    id_level
    + 16 * (given_level
    + 16 * (surname_level
    + 16 * (order_level
    + 16 * (birth_level
    + 16 * (sex_level
    + 16 * (place_level
    + 16 * (village_level
    + 16 * (title_level
    + 16 * (source_level
    + 16 * (relationship_level
    + cast(16 as bigint) * housemate_level)))))))))) as pattern
from related
