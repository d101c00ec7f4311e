#!/usr/bin/env node
// The reference's `prefect server …`, for images and charts that call it. Not among the package's commands: people who have
// the Prefect client have a `prefect` already.
import { fileURLToPath } from 'node:url'
import { launch } from './launcher.js'

await launch(fileURLToPath(import.meta.url), 'prefect')
