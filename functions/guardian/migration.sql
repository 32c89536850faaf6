-- Each statement may run again and then changes nothing.

CREATE TABLE IF NOT EXISTS analysis_results (
    video_id uuid PRIMARY KEY,
    user_id text NOT NULL,
    s3_key text NOT NULL,
    s3_version_id text NOT NULL,
    -- S3's order of the events of one key, padded so that it compares as text.
    sequencer text COLLATE "C" NOT NULL,
    -- The one execution that may write the result; a newer upload puts another in its place.
    execution text NOT NULL,
    status text NOT NULL CHECK (status IN ('processing', 'completed', 'failed')),
    reason text,
    audio jsonb,
    video jsonb,
    context jsonb,
    final_score smallint CHECK (final_score BETWEEN 0 AND 100),
    band text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT only_what_is_completed_has_a_score
        CHECK ((status = 'completed') = (final_score IS NOT NULL)),
    CONSTRAINT a_score_has_its_band
        CHECK ((final_score IS NULL) = (band IS NULL)),
    CONSTRAINT a_failure_has_a_reason
        CHECK ((status = 'failed') = (reason IS NOT NULL))
);

-- Of the band's first version: it could not say what was not judged.
ALTER TABLE analysis_results DROP CONSTRAINT IF EXISTS analysis_results_band_check;
ALTER TABLE analysis_results DROP CONSTRAINT IF EXISTS a_band_says_what_was_not_judged;
ALTER TABLE analysis_results ADD CONSTRAINT a_band_says_what_was_not_judged
    CHECK (band ~ '^(low|medium|high)(, but the [a-z ]+ not judged)?$');

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'guardian_app') THEN
        CREATE ROLE guardian_app LOGIN;
    END IF;
END
$$;

-- With it RDS takes IAM's tokens, and only them, for a password.
GRANT rds_iam TO guardian_app;
GRANT SELECT, INSERT, UPDATE ON analysis_results TO guardian_app;
