/** Schemas that configs are made of. */
import { z } from 'zod';

export const positive: z.ZodInt = z.int().positive();

/** A list without repetitions: a cell computed twice would count as two seeds. */
export function distinct<Item extends z.ZodType>(
  item: Item,
  shortest = 1,
): z.ZodReadonly<z.ZodArray<Item>> {
  return z
    .array(item)
    .min(shortest)
    .refine((items) => new Set(items).size === items.length, 'Values must differ from each other')
    .readonly();
}
