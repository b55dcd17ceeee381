"""The worker whose watch has little patience, so that a test need not have much."""

from datetime import timedelta

import portal.worker

portal.worker.LOOKS_EVERY = 0.1
portal.worker.STUCK_SECONDS = 1
portal.worker.app.conf.beat_schedule["heartbeat"]["schedule"] = timedelta(seconds=1)

app = portal.worker.app
