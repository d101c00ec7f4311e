import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/filters/*.test.ts'], testTimeout: 60_000 } })
