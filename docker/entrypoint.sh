#!/bin/sh
# The image's command: arguments of prefect-server, the reference's `prefect server …`, or any other program.
set -eu
case "${1:-start}" in
  -* | start | services | status | config | database | ui) exec prefect-server "$@" ;;
  *) exec "$@" ;;
esac
