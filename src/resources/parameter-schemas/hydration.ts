/** Hydration belongs to the events, whose actions hydrate parameters too. */
export * from '../../events/hydration.ts'
