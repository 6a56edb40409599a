import { randomUUID } from 'node:crypto';
import { SECRET_ALGORITHMS } from '@ws-hub/nestjs/auth';
import { SignJWT } from 'jose';
import type { MakeConfig } from '../config/make.config.js';

/** Signs a token as the configuration says, from now on. */
export function make(config: MakeConfig, nowMs: number): Promise<string> {
  const { user, allow: hub, expiresInMs, id, jwtSecret, jwtIssuer, jwtAudience, jwtAlgorithms } = config;
  const accepted = SECRET_ALGORITHMS.filter(
    (each) => jwtAlgorithms.length === 0 || jwtAlgorithms.includes(each),
  );
  const token = new SignJWT({ hub })
    .setProtectedHeader({ alg: accepted[0] as string, typ: 'JWT' })
    .setSubject(user)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor((nowMs + expiresInMs) / 1000))
    .setJti(id || randomUUID());
  if (jwtIssuer !== '') token.setIssuer(jwtIssuer);
  if (jwtAudience !== '') token.setAudience(jwtAudience);
  return token.sign(Buffer.from(jwtSecret));
}
