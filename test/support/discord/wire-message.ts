/** A message as REST answers and interactions carry it. */
import { seen } from "./seen-message.ts";
import type { StoredMessage } from "./stored-message.ts";
import { wireUser } from "./world.ts";

export function wireMessage(message: StoredMessage): Record<string, unknown> {
  const { interaction } = message;
  return {
    id: message.id,
    channel_id: message.channel.id,
    type: interaction?.type === 2 ? 20 : 0,
    author: wireUser(message.author),
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    attachments: seen(message)
      .attachments.filter((attachment) => !attachment.isInEmbed)
      .map(({ bytes, isInEmbed, contentType, ...rest }) => ({
        ...rest,
        content_type: contentType,
        size: bytes.length,
        proxy_url: rest.url,
      })),
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === null ? null : new Date(message.editedAt).toISOString(),
    flags: message.flags,
    ...{ tts: false, pinned: false, mention_everyone: false, mentions: [], mention_roles: [] },
    ...(interaction === null ? {} : { application_id: message.author.id, webhook_id: message.author.id }),
    ...(interaction === null
      ? {}
      : {
          interaction_metadata: {
            id: interaction.id,
            type: interaction.type,
            user: wireUser(interaction.person),
            authorizing_integration_owners: {},
          },
        }),
  };
}
