-- One question of a gate: what state.rs and decide.rs do, in one transaction.
-- Names with p_ are parameters. Times and spans are seconds; times stay below 2^40.
CREATE OR REPLACE FUNCTION {schema}.ask(
    -- The settings of the zone as text, and those that count.
    p_settings text, p_window bigint, p_difference bigint, p_cool_limit bigint, p_old_master bigint,
    -- The gate, its time (null to compare the settings only), and its witness (null before the
    -- first answer).
    p_gate text, p_now bigint, p_store text, p_generation bigint, p_incarnation text,
    p_admissions bigint,
    -- Whether to count all records, and how many records the zone may have (null for any number).
    p_count boolean, p_capacity bigint,
    -- The attempt; without a permit, the question is how the store is. A slip has no moment.
    p_permit bytea, p_moment bigint, p_debounce bigint, p_cool_down bigint,
    p_at_gate text, p_lane text, p_zone text, p_enter boolean,
    OUT answer text, OUT at bigint,
    -- Null when the answer was given before the memory was checked.
    OUT store text, OUT generation bigint, OUT incarnation text, OUT admissions bigint,
    OUT loss text, OUT lost bigint, OUT closed bigint, OUT clock bigint
) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
-- Plans are made while the tables are small, and must serve when they are large.
SET enable_seqscan = off
SET jit = off
AS $body$
DECLARE
    last CONSTANT bigint := 1099511627775;
    held {schema}.state;
    known {schema}.used;
    has_state boolean;
    has_record boolean;
    sure boolean;
    me text;
    own bigint;
    total bigint;
    apart bigint;
    cutoff bigint;
    since bigint;
    shut boolean;
    i integer;
    ends bigint;
    zones text[] := '{}';
    untils bigint[] := '{}';
    gates text[] := '{}';
    generations bigint[] := '{}';
    over_at bigint;
    gone bigint := 0;
    newest_gone bigint;
BEGIN
    -- Each statement below must see what was committed before it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'livepermit needs READ COMMITTED' USING ERRCODE = 'invalid_transaction_state';
    END IF;
    -- An answer is sent when the admission is on the disk, whatever the server's default is.
    IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;

    -- The first look may only refuse. The second holds the permit's lock, checks the memory, and
    -- may admit. A question without a permit needs only the second.
    FOR look IN CASE WHEN p_permit IS NULL THEN 2 ELSE 1 END .. 2 LOOP
        IF look = 2 AND p_permit IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(encode(p_permit, 'hex'), 0));
        END IF;
        -- After the lock: who forgets a record holds the lock too, and raises `forgotten` in the
        -- same transaction, so that it is seen here.
        clock := floor(extract(epoch FROM clock_timestamp()));
        SELECT s.* INTO held FROM {schema}.state s WHERE s.one;
        has_state := FOUND;
        IF has_state AND held.settings <> p_settings THEN
            answer := 'settings';
            incarnation := held.settings;
            RETURN;
        END IF;
        IF p_now IS NULL THEN
            answer := 'same-settings';
            RETURN;
        END IF;
        IF 2 * abs(p_now - clock) > p_difference THEN
            answer := 'clock-apart';
            at := clock;
            RETURN;
        END IF;

        IF look = 1 THEN
            CONTINUE WHEN NOT has_state;
        ELSE
            -- The cluster, its timeline, the start of the server, the database (a copy of it keeps
            -- the file's number), the file of the table.
            me := to_hex((SELECT c.system_identifier FROM pg_control_system() c))
                || '-' || ltrim(left(pg_walfile_name(pg_current_wal_lsn()), 8), '0')
                || '-' || to_hex((extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint)
                || '-' || to_hex((SELECT d.oid::bigint FROM pg_database d
                    WHERE d.datname = current_database()))
                || '-' || to_hex(pg_relation_filenode('{schema}.used')::bigint);
            IF me IS NULL THEN
                RAISE EXCEPTION 'the server does not tell who it is';
            END IF;
            sure := false;
            LOOP
                own := coalesce(
                    (SELECT c.admissions FROM {schema}.counts c WHERE c.gate = p_gate), 0);
                apart := 0;
                IF p_count OR sure THEN
                    SELECT (SELECT count(*) FROM {schema}.used)
                        - (SELECT coalesce(sum(c.records), 0) FROM {schema}.counts c) INTO apart;
                END IF;
                loss := CASE
                    WHEN NOT has_state THEN 'no-state'
                    WHEN p_store <> held.store THEN 'other-store'
                    WHEN held.incarnation <> me THEN 'other-incarnation'
                    WHEN p_generation > held.generation THEN 'old-generation'
                    WHEN p_generation = held.generation AND p_incarnation <> me
                        THEN 'old-generation'
                    WHEN p_generation = held.generation AND own < p_admissions
                        THEN 'missing-admissions'
                    WHEN p_count AND apart <> 0 THEN 'other-records'
                END;
                EXIT WHEN loss IS NULL OR sure;
                -- Look again, alone: another gate may have noticed the same loss.
                IF NOT has_state THEN
                    INSERT INTO {schema}.state VALUES (
                        true, p_settings, replace(gen_random_uuid()::text, '-', ''), me,
                        0, 0, 0, 0
                    ) ON CONFLICT DO NOTHING;
                END IF;
                SELECT s.* INTO held FROM {schema}.state s WHERE s.one FOR UPDATE;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'somebody removed the state of the zone just now';
                END IF;
                has_state := held.generation > 0;
                sure := true;
                -- The wait for the lock took time.
                clock := floor(extract(epoch FROM clock_timestamp()));
                IF held.settings <> p_settings THEN
                    RAISE EXCEPTION 'another gate has just set other settings';
                END IF;
            END LOOP;
            IF loss IS NOT NULL THEN
                UPDATE {schema}.state s SET
                    generation = greatest(s.generation, coalesce(p_generation, 0)) + 1,
                    incarnation = me,
                    lost = greatest(s.lost, least(last,
                        greatest(clock, p_now) + p_old_master + p_difference + p_window / 2 + 1)),
                    closed = greatest(s.closed, least(last, clock + p_old_master + p_cool_limit))
                WHERE s.one RETURNING s.* INTO held;
            END IF;
            -- A gate may know admissions that an earlier generation lost, and waited for. After a
            -- loss, what is there counts.
            IF own < p_admissions OR (loss IS NOT NULL AND apart <> 0) THEN
                INSERT INTO {schema}.counts AS c
                VALUES (p_gate, p_admissions, CASE WHEN loss IS NULL THEN 0 ELSE apart END)
                ON CONFLICT ON CONSTRAINT counts_key DO UPDATE SET
                    admissions = greatest(c.admissions, excluded.admissions),
                    records = c.records + excluded.records
                RETURNING c.admissions INTO own;
            END IF;
            store := held.store;
            generation := held.generation;
            incarnation := held.incarnation;
            admissions := own;
        END IF;
        lost := held.lost;
        closed := held.closed;
        cutoff := greatest(clock - p_difference, 0);
        EXIT WHEN p_permit IS NULL;

        -- Decide. A time of this clock, by the gate's clock: p_now + (time - clock).
        since := greatest(held.forgotten, held.lost);
        shut := p_enter AND clock < held.closed;
        IF shut OR p_moment < since THEN
            answer := 'forgotten';
            at := greatest(
                CASE WHEN p_moment IS NULL THEN 0 ELSE since END,
                CASE WHEN shut THEN least(p_now + held.closed - clock, last) ELSE 0 END);
            RETURN;
        END IF;
        SELECT u.* INTO known FROM {schema}.used u WHERE u.permit = p_permit;
        has_record := FOUND;
        CONTINUE WHEN NOT has_record;
        IF p_moment = known.newest THEN
            at := known.newest_at;
            answer := CASE WHEN known.newest_gate = p_at_gate AND known.newest_lane = p_lane
                AND p_now >= at AND p_now - at < p_debounce THEN 'here' ELSE 'used' END;
            RETURN;
        ELSIF p_moment < known.newest THEN
            answer := 'superseded';
            at := known.newest;
            RETURN;
        ELSIF p_moment IS NULL AND known.slip_gate = p_at_gate AND known.slip_lane = p_lane
            AND p_now >= known.slip_at AND p_now - known.slip_at < p_debounce THEN
            answer := 'here';
            at := known.slip_at;
            RETURN;
        END IF;
        i := array_position(known.cool_zones, p_zone);
        IF p_enter AND i IS NOT NULL THEN
            ends := known.cool_untils[i];
            -- Another server's clock set it.
            IF known.cool_generations[i] <> held.generation THEN
                ends := least(ends + p_difference, last);
            END IF;
            IF clock < ends THEN
                answer := 'cooling-down';
                at := least(p_now + ends - clock, last);
                RETURN;
            END IF;
        END IF;
    END LOOP;

    -- Forget what is over, sometimes: the row of the state is locked until the end.
    IF p_capacity IS NOT NULL AND NOT has_record THEN
        SELECT coalesce(sum(c.records), 0) INTO total FROM {schema}.counts c;
    END IF;
    IF p_permit IS NULL OR own % 32 = 31 OR total >= p_capacity THEN
        PERFORM FROM {schema}.state s WHERE s.one FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            -- Who holds a permit's lock may be admitting it. The number of locks is limited.
            WITH past AS MATERIALIZED (
                SELECT u.permit FROM {schema}.used u
                WHERE u.over <= cutoff AND u.permit IS DISTINCT FROM p_permit
                ORDER BY u.over LIMIT 256
            ), free AS MATERIALIZED (
                SELECT p.permit FROM past p
                WHERE pg_try_advisory_xact_lock(hashtextextended(encode(p.permit, 'hex'), 0))
            ), forgotten AS (
                -- An admission since this statement began has moved `over`.
                DELETE FROM {schema}.used u
                WHERE u.over <= cutoff AND u.permit = ANY (ARRAY(SELECT f.permit FROM free f))
                RETURNING u.newest
            ) SELECT count(*), max(f.newest) INTO gone, newest_gone FROM forgotten f;
            UPDATE {schema}.state s SET forgotten = newest_gone + 1
            WHERE s.one AND s.forgotten <= newest_gone;
        END IF;
    END IF;

    IF p_permit IS NULL OR total - gone >= p_capacity THEN
        answer := CASE WHEN p_permit IS NULL THEN 'well' ELSE 'full' END;
        IF gone > 0 THEN
            INSERT INTO {schema}.counts AS c VALUES (p_gate, 0, -gone)
            ON CONFLICT ON CONSTRAINT counts_key DO UPDATE SET
                records = c.records + excluded.records;
        END IF;
        RETURN;
    END IF;

    -- Admit.
    IF has_record THEN
        FOR i IN 1 .. cardinality(known.cool_zones) LOOP
            IF known.cool_zones[i] <> p_zone AND known.cool_untils[i] > cutoff THEN
                zones := zones || known.cool_zones[i];
                untils := untils || known.cool_untils[i];
                gates := gates || known.cool_gates[i];
                generations := generations || known.cool_generations[i];
            END IF;
        END LOOP;
    END IF;
    IF p_enter AND p_cool_down > 0 THEN
        zones := zones || p_zone;
        untils := untils || least(clock + p_cool_down, last);
        gates := gates || p_at_gate;
        generations := generations || held.generation;
    END IF;
    IF p_moment IS NULL THEN
        known.slip_at := p_now;
        known.slip_gate := p_at_gate;
        known.slip_lane := p_lane;
    ELSE
        known.newest := p_moment;
        known.newest_at := p_now;
        known.newest_gate := p_at_gate;
        known.newest_lane := p_lane;
    END IF;
    -- No second follows the last one, so a record of the last moment is never over. (`least` and
    -- `greatest` pass over a null: a code alone must not look like a slip at the end of time.)
    over_at := greatest(
        CASE WHEN known.newest = last THEN 2 * last
            WHEN known.newest IS NOT NULL THEN least(known.newest + p_window, last) END,
        CASE WHEN known.slip_at IS NOT NULL THEN least(known.slip_at + p_window, last) END,
        (SELECT max(t) FROM unnest(untils) t));
    IF has_record THEN
        UPDATE {schema}.used u SET
            newest = known.newest, newest_at = known.newest_at,
            newest_gate = known.newest_gate, newest_lane = known.newest_lane,
            slip_at = known.slip_at, slip_gate = known.slip_gate, slip_lane = known.slip_lane,
            cool_zones = zones, cool_untils = untils, cool_gates = gates,
            cool_generations = generations, over = over_at
        WHERE u.permit = p_permit;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the record went away under its lock';
        END IF;
    ELSE
        -- A second row for the permit is an error, and opens nothing.
        INSERT INTO {schema}.used VALUES (
            p_permit, known.newest, known.newest_at, known.newest_gate, known.newest_lane,
            known.slip_at, known.slip_gate, known.slip_lane,
            zones, untils, gates, generations, over_at);
    END IF;
    -- Exact for lanes that admit at the same time: each waits here until the other has committed.
    INSERT INTO {schema}.counts AS c
    VALUES (p_gate, 1, CASE WHEN has_record THEN 0 ELSE 1 END - gone)
    ON CONFLICT ON CONSTRAINT counts_key DO UPDATE SET
        admissions = c.admissions + 1, records = c.records + excluded.records
    RETURNING c.admissions INTO admissions;
    answer := 'admitted';
END
$body$;
