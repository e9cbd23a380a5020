-- The rows of one report, as pgbench writes them: what the product's own statements write, with
-- the journal's lock and a hash over the line before, and nothing thought about. A colon is chr(58):
-- pgbench takes what follows one for a variable.
\set grid 1000 + random(1, 2332)
begin;
select set_config('guapeng.system', 'on', true);
with place as (
    select lineage from divisions_division where id = :grid
), matter as (
    insert into matters_matter (
        uid, number, workflow, version, state, title, category, urgency, channel, visibility,
        division_id, grid_id, village_id, township_id, county_id, place, outcome,
        due_at, due_is_provisional, opened_at, changed_at)
    select gen_random_uuid(), left(gen_random_uuid()::text, 30), 'concern', 1, 'reported',
           '待分类的诉求', '', 3, 'app', 'public', lineage[4], lineage[4], lineage[3], lineage[2],
           lineage[1], '一号苏木一号嘎查', '', now() + interval '2 hours', false, now(), now()
    from place
    returning id, uid
), concern as (
    insert into concerns_concern (matter_id, text, cause) select id, '楼道灯不亮', '' from matter
), task as (
    insert into matters_task (matter_id, holder, steps, urgency, opened_at, due_at,
                              due_is_provisional, escalations)
    select id, 'role' || chr(58) || 'dispatcher@1', '{dispatch}', 3, now(), now() + interval '2 hours', false, 0
    from matter
)
insert into matters_steptaken (matter_id, uid, step, from_state, to_state, acting_as, at, says, given)
select id, uid, 'report', '', 'reported', 'anyone', now(), '收到一件诉求', jsonb_build_object('text', '楼道灯不亮')
from matter;
select seq, hash from journal_head where id = 1 for update;
with line as (
    insert into journal_entry (seq, at, event, subject, acting_as, says, data, digest, algorithm, hash)
    select seq + 1, now(), 'concern.report', 'matter' || chr(58) || '1', 'anyone', '收到一件诉求',
           json_build_object('from', '', 'step', 1, 'to', 'reported')::text, sha256(hash), 'sha256',
           sha256(hash || convert_to('收到一件诉求', 'UTF8'))
    from journal_head
    returning seq, hash
)
update journal_head set seq = line.seq, hash = line.hash from line;
commit;
