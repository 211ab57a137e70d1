/** The chat platforms that the settings switch on. Each is loaded only then: their libraries cost start-up time and memory. */
import type { Platform } from "../chat/platform.ts";
import type { Settings } from "../config.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../ops/log.ts";

export async function configuredPlatforms(
  settings: Settings,
  clock: Clock,
  log: Pick<Log, "warn">,
): Promise<readonly Platform[]> {
  const platforms: Platform[] = [];
  const { TELEGRAM_BOT_TOKEN: telegram, DISCORD_BOT_TOKEN: discord } = settings;
  if (telegram !== null) {
    const { createTelegram } = await import("../platforms/telegram/telegram.ts");
    const webhook = webhookOf(settings);
    platforms.push(
      createTelegram({
        token: telegram,
        apiRoot: settings.TELEGRAM_API_URL,
        ...(webhook && { webhook }),
        clock,
        warn: (message, facts) => log.warn(message, facts),
      }),
    );
  }
  if (discord !== null) {
    const { createDiscord } = await import("../platforms/discord/discord.ts");
    platforms.push(
      createDiscord({
        token: discord,
        apiUrl: settings.DISCORD_API_URL,
        guildId: settings.DISCORD_GUILD_ID,
        clock,
        warn: (message, facts) => log.warn(message, facts),
      }),
    );
  }
  return platforms;
}

function webhookOf(settings: Settings): { publicUrl: string; secret: string; port: number } | null {
  const { TELEGRAM_WEBHOOK_URL: publicUrl, TELEGRAM_WEBHOOK_SECRET_TOKEN: secret } = settings;
  if (publicUrl === null || secret === null) return null;
  return { publicUrl, secret, port: settings.TELEGRAM_WEBHOOK_PORT };
}
