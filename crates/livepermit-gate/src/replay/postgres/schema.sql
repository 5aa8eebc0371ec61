-- What a zone keeps in a PostgreSQL server. Running this again changes nothing that is kept.
-- {schema} stands for the schema of the zone, for example "livepermit2_hall".

CREATE SCHEMA IF NOT EXISTS {schema};

-- One row: what the zone knows of its own memory. Times are seconds since 1970.
CREATE TABLE IF NOT EXISTS {schema}.state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    settings text NOT NULL,
    store text NOT NULL,
    incarnation text NOT NULL,
    generation bigint NOT NULL,
    forgotten bigint NOT NULL,
    lost bigint NOT NULL,
    closed bigint NOT NULL
);

-- How many admissions each gate has made, and how many records came and went through it. The sum
-- of all records is what the zone has. A row for each gate, so that no gate waits for another.
CREATE TABLE IF NOT EXISTS {schema}.counts (
    gate text CONSTRAINT counts_key PRIMARY KEY,
    admissions bigint NOT NULL,
    records bigint NOT NULL
) WITH (fillfactor = 50);

-- One row for each permit. From `over` on, by the slowest clock, the row refuses nothing.
CREATE TABLE IF NOT EXISTS {schema}.used (
    permit bytea PRIMARY KEY CHECK (octet_length(permit) = 32),
    newest bigint,
    newest_at bigint,
    newest_gate text,
    newest_lane text,
    slip_at bigint,
    slip_gate text,
    slip_lane text,
    cool_zones text[] NOT NULL,
    cool_untils bigint[] NOT NULL,
    cool_gates text[] NOT NULL,
    cool_generations bigint[] NOT NULL,
    over bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS used_over ON {schema}.used (over);

-- The record of a permit.
CREATE OR REPLACE FUNCTION {schema}.earlier(p_permit bytea) RETURNS SETOF {schema}.used
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT u.* FROM {schema}.used u WHERE u.permit = p_permit
$body$;

-- An operator's word that ends a wait after a loss. The answer is false when the zone has no state.
CREATE OR REPLACE FUNCTION {schema}.go_on(
    p_nothing_was_admitted boolean, p_now bigint, p_window bigint, p_difference bigint,
    p_old_master bigint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last CONSTANT bigint := 1099511627775;
    clock bigint := floor(extract(epoch FROM clock_timestamp()));
    -- Where nothing bounds the life of an old server, the operator says that it ended.
    old_master bigint := CASE WHEN p_old_master < last THEN p_old_master ELSE 0 END;
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    UPDATE {schema}.state s SET closed = 0, lost = CASE
        WHEN p_nothing_was_admitted THEN 0
        ELSE least(
            s.lost, greatest(clock, p_now) + old_master + p_difference + p_window / 2 + 1, last)
        END
    WHERE s.one;
    RETURN FOUND;
END
$body$;
REVOKE ALL ON FUNCTION {schema}.go_on FROM PUBLIC;

-- Gives the zone other settings. This counts as a loss: what the gates did by the old settings is
-- not known to be safe by the new ones. The answer is null when the zone has no state, and false
-- when the clocks are apart; nothing is then changed.
CREATE OR REPLACE FUNCTION {schema}.change_settings(
    p_settings text, p_window bigint, p_difference bigint, p_cool_limit bigint, p_old_master bigint,
    p_generation bigint, p_now bigint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last CONSTANT bigint := 1099511627775;
    clock bigint;
    held text;
    -- The larger of the old and the new limits: what was admitted under the old limits must not
    -- matter when the wait ends.
    old_master bigint;
    difference bigint;
    half_window bigint;
    cool_limit bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'on', true);
    SELECT s.settings INTO held FROM {schema}.state s WHERE s.one FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    old_master := greatest(p_old_master, CASE WHEN held LIKE '%old master unbounded%' THEN last
        ELSE substring(held FROM 'old master ([0-9]+)')::bigint END);
    difference := greatest(p_difference, substring(held FROM 'clock difference ([0-9]+)')::bigint);
    half_window := greatest(p_window, substring(held FROM 'largest window ([0-9]+)')::bigint) / 2;
    cool_limit := greatest(
        p_cool_limit, substring(held FROM 'longest cool-down ([0-9]+)')::bigint);
    clock := floor(extract(epoch FROM clock_timestamp()));
    IF 2 * abs(p_now - clock) > p_difference THEN
        RETURN false;
    END IF;
    UPDATE {schema}.state s SET
        settings = p_settings,
        generation = greatest(s.generation, coalesce(p_generation, 0)) + 1,
        lost = greatest(s.lost, least(last,
            greatest(clock, p_now) + old_master + difference + half_window + 1)),
        closed = greatest(s.closed, least(last, clock + old_master + cool_limit))
    WHERE s.one;
    RETURN true;
END
$body$;
REVOKE ALL ON FUNCTION {schema}.change_settings FROM PUBLIC;
