import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. */
export const webhookSigning = {
  newSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
  sign: (secret: string, messageId: string, at: number, body: string): Record<string, string> => ({
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': new Webhook(secret).sign(messageId, new Date(at), body),
  }),
};
