import type { ApiRequest } from './endpoint.ts';

const MAX_PER_PAGE = 100;

/** One page of a list by `per_page` and `page`, with the `Link` header that leads to the others. */
export function paginate<T>(
  items: readonly T[],
  request: ApiRequest,
): { readonly items: T[]; readonly headers: Readonly<Record<string, string>> } {
  const perPage = clamp(request.parameters['per_page'], 30, MAX_PER_PAGE);
  const page = clamp(request.parameters['page'], 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const relations = [
    ...(page > 1 ? [link(request.url, 1, 'first'), link(request.url, Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(request.url, page + 1, 'next'), link(request.url, last, 'last')] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: relations.length === 0 ? {} : { link: relations.join(', ') },
  };
}

function link(url: URL, page: number, relation: string): string {
  const target = new URL(url);
  target.searchParams.set('page', String(page));
  return `<${target.href}>; rel="${relation}"`;
}

function clamp(value: unknown, fallback: number, max: number): number {
  return typeof value === 'number' ? Math.min(Math.max(1, value), max) : fallback;
}
