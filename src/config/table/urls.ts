/** Addresses of what the server stands on. */
import { type Kind, secretUrl } from '../kinds.ts'

export const databaseUrl: Kind<string> = secretUrl(
  /^(postgres(ql)?|sqlite)(\+\w+)?:\/\//i,
  'a URL that begins with sqlite:// or postgresql://',
)

export const redisUrl: Kind<string> = secretUrl(
  /^rediss?(\+sentinel)?:\/\//i,
  'a URL that begins with redis://, rediss:// or redis+sentinel://',
)
