// Files of frames in a file system, for Node.
import { open, type FileHandle } from 'node:fs/promises';
import { FrameFileReader, type FileEvent } from './file/reader.js';
import { FrameFileReopener, FrameFileWriter } from './file/writer.js';
import type { ReadOptions } from './frame.js';

const PIECE = 1 << 16;

/** The bytes of a file, in pieces; a piece is good until the next one is asked for. */
async function* pieces(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Reads a file of frames: what is accepted, skipped and rejected, in the order of the file. */
export async function* readFrameFile(path: string, options: ReadOptions = {}): AsyncGenerator<FileEvent> {
  const file = await open(path, 'r');
  try {
    const reader = new FrameFileReader(options);
    for await (const piece of pieces(file)) yield* reader.push(piece);
    yield* reader.finish();
  } finally {
    await file.close();
  }
}

/** A file of frames that is written to. */
export class FrameFile {
  private constructor(private readonly file: FileHandle, private readonly writer: FrameFileWriter, private at: number) {}

  /** Opens a file, or makes it; one that is there is cut back to its last accepted frame (FILE-013). */
  static async open(path: string): Promise<FrameFile> {
    const file = await open(path, 'a+').then((made) => made.close()).then(() => open(path, 'r+'));
    try {
      return await FrameFile.over(file);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private static async over(file: FileHandle): Promise<FrameFile> {
    const reopener = new FrameFileReopener();
    for await (const piece of pieces(file)) reopener.push(piece);
    const found = reopener.finish();
    if (found.keep) {
      await file.truncate(found.length);
      return new FrameFile(file, FrameFileWriter.resume(found.marker), found.length);
    }
    await file.truncate(0);
    const { writer, header } = FrameFileWriter.begin();
    const opened = new FrameFile(file, writer, 0);
    await opened.write(header);
    return opened;
  }

  private async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.at + done);
      done += bytesWritten;
    }
    this.at += bytes.length;
  }

  /** Appends a frame. Calls follow one another: wait for each. */
  async append(frame: Uint8Array): Promise<void> {
    await this.write(this.writer.entry(frame));
  }

  /** Waits until what was appended is on the disk. */
  async sync(): Promise<void> {
    await this.file.sync();
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
