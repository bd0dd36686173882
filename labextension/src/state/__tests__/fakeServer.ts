/** A server of one project in memory, with the network in the test's hands. */
import { ApiClient } from '../../api/client';
import type { Project } from '../../api/types';

interface Node {
  id: number;
  title: string;
  content: string;
  version: number;
  children: Node[];
}

interface Prompt {
  id: number;
  title: string;
  template: string;
  wrapInTags: boolean;
  version: number;
  selectedContext: unknown[];
}

type Operation = Record<string, unknown> & { op: string };
type Fault = 'down' | 'answer lost' | Response;

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status });

export class FakeServer {
  readonly blocks: Node[] = [];
  readonly prompts: Prompt[] = [];
  readonly requests: { method: string; path: string; key: string | null; body: unknown }[] = [];
  /** What goes wrong with the next requests that write, in order. */
  readonly faults: Fault[] = [];
  name = 'Project';
  version = 1;
  private nextId = 1;
  private readonly answered = new Map<string, string>();

  readonly api = new ApiClient((path, init) => this.handle(path, init));

  addItem(blockId: number, content: string): Node {
    const node = this.make('Item', content);
    this.block(blockId).children.push(node);
    return node;
  }

  addBlock(): Node {
    const node = this.make('Context1', '');
    this.blocks.push(node);
    return node;
  }

  /** Somebody else edits the text. */
  edit(node: Node, content: string): void {
    node.content = content;
    node.version = ++this.version;
  }

  /** Somebody else deletes a block. */
  deleteBlock(block: Node): void {
    this.blocks.splice(this.blocks.indexOf(block), 1);
    this.version++;
  }

  /** Somebody else deletes an item. */
  deleteItem(block: Node, item: Node): void {
    block.children.splice(block.children.indexOf(item), 1);
    this.version++;
  }

  get writes(): FakeServer['requests'] {
    return this.requests.filter(request => request.method === 'PATCH');
  }

  private async handle(path: string, init: RequestInit): Promise<Response> {
    await Promise.resolve();
    const method = init.method ?? 'GET';
    const key = new Headers(init.headers).get('Idempotency-Key');
    const body = init.body ? (JSON.parse(init.body as string) as unknown) : null;
    this.requests.push({ method, path, key, body });
    if (method === 'GET') {
      return this.read(path);
    }
    const fault = this.faults.shift();
    if (fault === 'down') {
      throw new TypeError('Failed to fetch');
    }
    if (fault instanceof Response) {
      return fault;
    }
    const known = key ? this.answered.get(key) : undefined;
    const answer = known !== undefined ? new Response(known) : this.write(path, body);
    if (key && answer.ok) {
      this.answered.set(key, await answer.clone().text());
    }
    if (fault === 'answer lost') {
      throw new TypeError('network error');
    }
    return answer;
  }

  private read(path: string): Response {
    const node = /items\/(\d+)/.exec(path);
    if (node) {
      const found = this.blocks.flatMap(b => b.children).find(n => n.id === Number(node[1]));
      return found ? json({ ...found, children: undefined }) : json(notFound, 404);
    }
    const project: Partial<Project> = {
      id: 'project',
      name: this.name,
      version: this.version,
      role: 'owner',
      data: {
        contextBlocks: this.blocks.map(block => ({
          ...{ id: block.id, title: block.title, version: block.version, chars: 0 },
          items: block.children.map(item => ({
            ...{ id: item.id, title: item.title, version: item.version, chars: 0 },
            contentChars: [...item.content].length,
            subItems: []
          }))
        })),
        promptBlocks: this.prompts.map(prompt => ({ ...prompt, selectedContext: [] }))
      }
    };
    return json(project);
  }

  private write(path: string, body: unknown): Response {
    if (path.endsWith('-blocks')) {
      const refs = new Map<string, number>();
      const { operations } = body as { operations: Operation[] };
      const clash = operations.map(op => this.clashOf(op)).find(one => one !== null);
      if (clash) {
        const details = { version: this.version, nodes: [clash] };
        return json({ error: 'CONFLICT', message: 'x', details }, 409);
      }
      return json(
        path.endsWith('context-blocks') ? this.context(operations, refs) : this.prompt(operations)
      );
    }
    this.name = (body as { name: string }).name;
    return json({ name: this.name });
  }

  private clashOf(op: Operation): object | null {
    return this.goneFor(op) ?? this.overtaken(op);
  }

  /** What an operation needs and somebody has deleted. */
  private goneFor(op: Operation): object | null {
    const to = op['to'] as Operation | undefined;
    const named = [op, ...(to ? [to] : [])].map(({ blockId, itemId }) => ({ blockId, itemId }));
    const gone = named.find(
      ({ blockId, itemId }) =>
        typeof blockId === 'number' &&
        (itemId === undefined || typeof itemId === 'number') &&
        op.op !== 'delete' &&
        !this.find({ op: '', blockId, itemId }, new Map())
    );
    return gone ? { ...gone, version: 0, deleted: true } : null;
  }

  private overtaken(op: Operation): object | null {
    if (op.op !== 'update' || typeof op['blockId'] !== 'number' || op['version'] === undefined) {
      return null;
    }
    const node = this.find(op, new Map());
    return node && node.version !== op['version']
      ? {
          blockId: op['blockId'],
          itemId: op['itemId'],
          version: node.version,
          content: node.content
        }
      : null;
  }

  private context(operations: Operation[], refs: Map<string, number>): unknown {
    const nodes: object[] = [];
    const created: Record<string, object> = {};
    const moved: object[] = [];
    for (const op of operations) {
      this.version++;
      if (op.op === 'addBlock' || op.op === 'addItem') {
        const node = this.make(
          (op['title'] as string | undefined) ?? 'Made up',
          op['content'] ?? ''
        );
        refs.set(op['clientId'] as string, node.id);
        const blockId = op.op === 'addBlock' ? node.id : this.id(op['blockId'], refs);
        const ids = op.op === 'addBlock' ? { blockId } : { blockId, itemId: node.id };
        (op.op === 'addBlock' ? this.blocks : this.block(blockId).children).push(node);
        created[op['clientId'] as string] = ids;
        nodes.push({ ...ids, version: node.version, chars: 0, title: node.title });
      } else if (op.op === 'move') {
        this.move(op, refs, moved);
      } else if (op.op === 'delete') {
        const children = this.block(this.id(op['blockId'], refs)).children;
        const gone = this.find(op, refs);
        children.splice(0, children.length, ...children.filter(node => node !== gone));
      } else if (op.op === 'update') {
        const node = this.find(op, refs);
        if (node) {
          this.update(node, op);
          nodes.push({
            blockId: op['blockId'],
            itemId: op['itemId'],
            version: node.version,
            chars: 0
          });
        }
      }
    }
    return { version: this.version, chars: 0, nodes, created, moved };
  }

  /** An item that goes to another block gets an id there, as at the real server. */
  private move(op: Operation, refs: Map<string, number>, moved: object[]): void {
    const to = op['to'] as { blockId?: unknown; after?: number | null };
    const from = this.block(this.id(op['blockId'], refs));
    const node = this.find(op, refs);
    if (node) {
      const target = to.blockId === undefined ? from : this.block(this.id(to.blockId, refs));
      from.children.splice(from.children.indexOf(node), 1);
      const place = to.after ? target.children.findIndex(one => one.id === to.after) + 1 : 0;
      target.children.splice(place, 0, node);
      if (target !== from) {
        const id = this.nextId++;
        moved.push({
          from: { blockId: from.id, itemId: node.id },
          to: { blockId: target.id, itemId: id }
        });
        node.id = id;
      }
    }
  }

  private update(node: Node, op: Operation): void {
    const splice = op['splice'] as
      { start: number; deleteCount: number; insert: string } | undefined;
    node.title = (op['title'] as string | undefined) ?? node.title;
    node.content = (op['content'] as string | undefined) ?? node.content;
    if (splice) {
      const points = [...node.content];
      points.splice(splice.start, splice.deleteCount, ...splice.insert);
      node.content = points.join('');
    }
    node.version = ++this.version;
  }

  private prompt(operations: Operation[]): unknown {
    const created: Record<string, object> = {};
    for (const op of operations) {
      if (op.op === 'addPrompt') {
        const id = this.nextId++;
        created[op['clientId'] as string] = { promptBlockId: id };
        this.prompts.push({
          ...{ id, title: 'Prompt1', template: '', wrapInTags: true, version: ++this.version },
          selectedContext: []
        });
      } else if (op.op === 'select') {
        const prompt = this.prompts.find(one => one.id === op['promptBlockId']);
        if (prompt) {
          prompt.selectedContext = op['selectedContext'] as unknown[];
        }
      }
    }
    return { version: ++this.version, prompts: [], created };
  }

  private find(op: Operation, refs: Map<string, number>): Node | null {
    const block = this.blocks.find(one => one.id === this.id(op['blockId'], refs));
    const item = op['itemId'] === undefined ? null : this.id(op['itemId'], refs);
    return item === null ? (block ?? null) : (block?.children.find(n => n.id === item) ?? null);
  }

  private id(value: unknown, refs: Map<string, number>): number {
    return typeof value === 'number' ? value : (refs.get((value as { ref: string }).ref) ?? -1);
  }

  private block(id: number): Node {
    const block = this.blocks.find(one => one.id === id);
    if (!block) {
      throw new Error(`no block ${id}`);
    }
    return block;
  }

  private make(title: string, content: unknown): Node {
    const version = ++this.version;
    return { id: this.nextId++, title, content: content as string, version, children: [] };
  }
}

const notFound = { error: 'NOT_FOUND', message: 'There is nothing here.' };
