import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { FileLayer, LayerFile } from "../files/file_layer.ts";
import { writeAll } from "../files/set_aside_io.ts";
import { orSyncError, storeError } from "../files/store_error.ts";
import type { PrintedRecord } from "../read/printed_record.ts";
import type { ParquetColumn, ParquetElement } from "./parquet_schema.ts";

/** A Parquet file that is being written: row group after row group. */
export class ParquetFile {
  readonly path: string;
  readonly #file: LayerFile;
  readonly #columns: readonly ParquetColumn[];
  readonly #writer: ParquetWriter;
  readonly #bytes: DrainedWriter;
  /** The values of the rows that are not written yet, column by column. */
  #values: unknown[][];
  #rows = 0;
  #heldBytes = 0;

  private constructor(path: string, file: LayerFile, columns: readonly ParquetColumn[]) {
    this.path = path;
    this.#file = file;
    this.#columns = columns;
    this.#bytes = new DrainedWriter(file);
    const root: ParquetElement = { name: "record", num_children: columns.length };
    const schema = [root, ...columns.flatMap(({ elements }) => elements)];
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: "Farcap" });
    this.#values = columns.map(() => []);
  }

  static async create(
    layer: FileLayer,
    path: string,
    columns: readonly ParquetColumn[],
  ): Promise<ParquetFile> {
    try {
      return new ParquetFile(path, await layer.open(path, "replace"), columns);
    } catch (cause) {
      throw storeError(`write "${path}"`, cause);
    }
  }

  /** Bytes of the records whose rows are held. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Takes a record of so many bytes. */
  add({ client, message }: PrintedRecord, bytes: number): void {
    const fields = message as unknown as Readonly<Record<string, unknown>>;
    this.#columns.forEach((column, at) =>
      this.#values[at]!.push(at === 0 ? client : column.valueOf(fields))
    );
    this.#rows++;
    this.#heldBytes += bytes;
  }

  /** Writes the rows that are held as a row group. */
  async writeGroup(): Promise<void> {
    if (this.#rows === 0) return;
    const columnData = this.#columns.map(({ name }, at) => ({ name, data: this.#values[at]! }));
    const rowGroupSize = this.#rows;
    this.#values = this.#columns.map(() => []);
    this.#rows = this.#heldBytes = 0;
    try {
      await this.#writer.write({ columnData, rowGroupSize });
    } catch (cause) {
      throw storeError(`write "${this.path}"`, cause);
    }
  }

  /** Writes what is held and the end of the file, which is durable when this returns, and closes it. */
  async finish(): Promise<void> {
    await this.writeGroup();
    try {
      await this.#writer.finish();
    } catch (cause) {
      throw storeError(`write "${this.path}"`, cause);
    }
    await orSyncError(this.path, this.#file.sync());
    this.#file.close();
  }

  close(): void {
    this.#file.close();
  }
}

/** Bytes that go to a file after each row group. */
class DrainedWriter extends ByteWriter {
  readonly #file: LayerFile;

  constructor(file: LayerFile) {
    super(1 << 16);
    this.#file = file;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes();
    const at = this.offset - bytes.length;
    await writeAll(this.#file, bytes, at);
    this.index = 0;
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}
