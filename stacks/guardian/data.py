"""What of Silver Guardian outlives the cluster: database, cache, uploads."""

from constructs import Construct

from settings.guardian.system import Guardian
from stacks.data import DataStack
from stacks.guardian.uploads import uploads_bucket
from stacks.network import Foundations
from stacks.parts.cache import Cache
from stacks.parts.database import Database


class GuardianData(DataStack):
    """PostgreSQL, Valkey and uploads."""

    def __init__(self, scope: Construct, *, system: Guardian, foundations: Foundations) -> None:
        super().__init__(scope, system=system, foundations=foundations)
        vpc = foundations.network.vpc
        self.database = Database(
            self, "Database", vpc=vpc, settings=system.postgresql, removal=self.removal
        )
        self.cache = Cache(
            self, "Cache", vpc=vpc, purpose="front end", valkey=system.valkey, removal=self.removal
        )
        uploads = uploads_bucket(self, uploads=system.uploads, removal=self.removal)
        # For other stacks, under the names that the exports will have: cdk-nag says those.
        self.uploads_arn = str(self.export_value(uploads.bucket_arn))
        self.uploads_name = str(self.export_value(uploads.bucket_name))
