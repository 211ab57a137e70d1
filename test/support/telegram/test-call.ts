/** For the fake's own tests: a server with one person, and calls over plain HTTP. */
import { deflateSync } from "node:zlib";
import type { User } from "grammy/types";
import { FakeTelegram, type FakeTelegramOptions } from "./fake-telegram.ts";

export const TOKEN = "4242:test-token";

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the method answers
  readonly result?: any;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

export interface Started {
  readonly fake: FakeTelegram;
  readonly anna: User;
  call(method: string, parameters?: Record<string, unknown>): Promise<Answer>;
}

/** Without a rate limit, unless it is asked for. */
export function startFake(options: Partial<FakeTelegramOptions> & { isLimited?: boolean } = {}): Started {
  const { isLimited = false, ...rest } = options;
  const fake = FakeTelegram.start({ token: TOKEN, ...rest });
  fake.rateLimit.isOn = isLimited;
  const anna = fake.person({ id: 7, firstName: "Anna" });
  const call = async (method: string, parameters: Record<string, unknown> = {}): Promise<Answer> => {
    const response = await fetch(`${fake.apiRoot}/bot${TOKEN}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(parameters),
    });
    return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) };
  };
  return { fake, anna, call };
}

/** A grey PNG of this size. */
export function png(width = 2, height = 2): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc(height * (width + 1), 0x80);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(Bun.hash.crc32(typed));
  return Buffer.concat([length, typed, check]);
}
