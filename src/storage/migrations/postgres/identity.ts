/** The columns that almost every table has. */
export const identity = `id uuid DEFAULT gen_random_uuid() NOT NULL,
  created timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
  updated timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL`
