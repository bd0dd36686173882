"""How templates are found, and how long they are without reading them."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

# The words of a query before the names of one owner, as `pf_owner_terms` has written them. Names
# know no places of words, so a phrase becomes "all of them".
OWNER_QUERY = r"""
CREATE FUNCTION pf_owner_query(owner uuid, query tsquery) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    regexp_replace(query::text, '<[-0-9]+>', '&', 'g'),
    '''((?:[^'']|'''')*)''',
    '''' || replace(owner::text, '-', '') || '/\1''',
    'g')::tsquery
"""

# Looks, each at what the last has left room for: all words in the name; all words anywhere; the
# same with the word being typed taken for the beginning of one whose stem is shorter; the word
# being typed in the name and the rest anywhere.
#
# - Every look has the owner in what it asks the index, and asks each row again: a query without a
#   word that must be there (`-word`, `the`) would match everybody's rows, so it asks nothing.
# - OFFSET 0 keeps the planner from walking the newest rows until a word happens to occur, which
#   takes half a second where it does not.
# - The newest candidates are ranked, not all: a frequent word has more than can be read in time.
#   For the same reason the last look reads the texts of few names instead of asking the index for
#   the words of all texts.
# - plpgsql, because it keeps its plans in every version; a plan for words unknown uses the index.
SEARCH = """
CREATE FUNCTION pf_search_templates(
    owner uuid, words text, begun text, stems text, without text, cap int, most int
) RETURNS TABLE (template_id uuid, in_name boolean, relevance real)
LANGUAGE plpgsql STABLE ROWS 20
SET jit = off SET client_min_messages = warning SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    mine CONSTANT tsquery := '~' || replace(owner::text, '-', '');
    complete CONSTANT tsquery := websearch_to_tsquery('pg_catalog.russian', words);
    unwanted CONSTANT tsquery := websearch_to_tsquery('pg_catalog.russian', without);
    all_welcome CONSTANT boolean := numnode(unwanted) = 0;
    lacks_unwanted CONSTANT tsquery := CASE WHEN all_welcome THEN '' ELSE !!unwanted END;
    beginning tsquery := '';
    whole tsquery := '';
    wider tsquery;
    anywhere tsquery;
    in_names tsquery;
    asked tsquery;
    by_name uuid[] := '{}';
    by_text uuid[] := '{}';
    by_both uuid[] := '{}';
BEGIN
    IF begun <> '' THEN
        whole := to_tsquery('pg_catalog.russian', '''' || begun || '''');
        beginning := to_tsquery('pg_catalog.russian', '''' || begun || ''':*')
            || to_tsquery('pg_catalog.simple', '''' || begun || ''':*');
    END IF;
    wider := whole;
    IF numnode(whole) > 0 AND stems <> '' THEN
        wider := whole || to_tsquery('pg_catalog.simple', stems);
    END IF;
    in_names := complete && (beginning || wider);

    IF querytree(in_names) NOT IN ('', 'T') THEN
        asked := pf_owner_query(owner, in_names);
        by_name := ARRAY(
            SELECT found.id
            FROM (
                SELECT t.owner_id, t.id, t.updated_at FROM templates t
                WHERE t.name_lex @@ asked
                    AND (all_welcome OR NOT t.tsv @@ unwanted)
                OFFSET 0
            ) found
            WHERE found.owner_id = owner ORDER BY found.updated_at DESC LIMIT cap);
    END IF;
    FOREACH anywhere IN ARRAY ARRAY[complete && whole, complete && wider] LOOP
        EXIT WHEN querytree(anywhere) IN ('', 'T')
            OR (SELECT count(DISTINCT id) FROM unnest(by_name || by_text) id) >= most;
        asked := mine && anywhere && lacks_unwanted;
        by_text := ARRAY(
            SELECT found.id
            FROM (
                SELECT t.owner_id, t.id, t.updated_at FROM templates t
                WHERE t.tsv @@ asked
                OFFSET 0
            ) found
            WHERE found.owner_id = owner ORDER BY found.updated_at DESC LIMIT cap);
        EXIT WHEN wider = whole;
    END LOOP;
    IF querytree(complete) NOT IN ('', 'T') AND querytree(beginning) NOT IN ('', 'T')
        AND (SELECT count(DISTINCT id) FROM unnest(by_name || by_text) id) < most
    THEN
        asked := complete && lacks_unwanted;
        beginning := pf_owner_query(owner, beginning);
        by_both := ARRAY(
            SELECT recent.id
            FROM (
                SELECT found.id, found.updated_at, found.tsv
                FROM (
                    SELECT t.owner_id, t.id, t.updated_at, t.tsv FROM templates t
                    WHERE t.name_lex @@ beginning
                    OFFSET 0
                ) found
                WHERE found.owner_id = owner ORDER BY found.updated_at DESC LIMIT 3 * cap
            ) recent
            WHERE recent.tsv @@ asked ORDER BY recent.updated_at DESC LIMIT cap);
    END IF;

    RETURN QUERY
        SELECT t.id, t.id = ANY (by_name), ts_rank_cd(
            t.tsv,
            CASE WHEN numnode(whole) = 0 AND numnode(complete) > 0 THEN complete ELSE in_names END,
            1)
        FROM templates t
        WHERE t.owner_id = owner AND t.id = ANY (by_name || by_text || by_both)
        ORDER BY 2 DESC, 3 DESC, t.updated_at DESC, t.id DESC
        LIMIT most;
END
$$
"""


def upgrade() -> None:
    """Take the step."""
    for table in ("templates", "template_versions"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN chars integer NOT NULL"
            " GENERATED ALWAYS AS (char_length(content)) STORED"
        )
    op.execute(OWNER_QUERY)
    op.execute(SEARCH)
