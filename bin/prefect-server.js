#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { launch } from './launcher.js'

await launch(fileURLToPath(import.meta.url), 'main')
