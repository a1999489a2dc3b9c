#!/bin/sh
# The computer's own curl. Every request also says which box it comes from,
# because all boxes of the simulator share one address: its download links answer at that box's real speed.
exec "$VASTPS_SIM_CURL" -H "X-Sim-Box: $VASTPS_SIM_BOX" "$@"
