package dev.dashstream;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** How a body is stored. */
final class Codecs {
    static final int NONE = 0;
    static final int ZSTD = 1;
    static final int LZ4 = 2;

    private static final LZ4Factory LZ4_FACTORY = LZ4Factory.fastestInstance();

    /** One context is kept: making it takes about as long as a small frame. */
    private static final AtomicReference<ZstdDecompressCtx> SPARE = new AtomicReference<>();

    private Codecs() {}

    /** The body of raw_len bytes; bodyAt is the offset in the frame of its first stored byte. */
    static byte[] unpack(int codec, byte[] b, int from, int to, int bodyAt, int rawLen) {
        return switch (codec) {
            case NONE -> Arrays.copyOfRange(b, from, to);
            case ZSTD -> unzstd(b, from, to, bodyAt, rawLen);
            default -> unlz4(b, from, to, bodyAt, rawLen);
        };
    }

    private static DashStreamException fail(int bodyAt, String requirement) {
        return new DashStreamException(ErrorCode.DECOMPRESS, bodyAt, requirement);
    }

    /** COD-002, COD-003: the buffer has raw_len bytes, and no decoder writes past it. */
    private static byte[] unzstd(byte[] b, int from, int to, int bodyAt, int rawLen) {
        ZstdWalk.check(b, from, to, bodyAt, rawLen);
        byte[] raw = new byte[rawLen];
        ZstdDecompressCtx context = takeContext();
        try {
            // ZST-017 is made by the library
            int length = context.decompressByteArray(raw, 0, rawLen, b, from, to - from);
            // COD-001
            if (length != rawLen) {
                throw fail(bodyAt, "COD-001");
            }
        } catch (ZstdException e) {
            throw fail(bodyAt, e.getErrorCode() == Zstd.errChecksumWrong() ? "ZST-017" : "COD-001");
        } finally {
            giveBack(context);
        }
        return raw;
    }

    private static ZstdDecompressCtx takeContext() {
        ZstdDecompressCtx context = SPARE.getAndSet(null);
        return context == null ? new ZstdDecompressCtx() : context;
    }

    private static void giveBack(ZstdDecompressCtx context) {
        if (!SPARE.compareAndSet(null, context)) {
            context.close();
        }
    }

    private static byte[] unlz4(byte[] b, int from, int to, int bodyAt, int rawLen) {
        long length = Lz4Walk.check(b, from, to, bodyAt);
        // COD-001
        if (length != rawLen) {
            throw fail(bodyAt, "COD-001");
        }
        byte[] raw = new byte[rawLen];
        try {
            LZ4_FACTORY.safeDecompressor().decompress(b, from, to - from, raw, 0, rawLen);
        } catch (LZ4Exception e) {
            throw fail(bodyAt, "COD-001");
        }
        return raw;
    }

    /** The stored form, or null where none is smaller than the body (COD-004). */
    static byte[] pack(int codec, int level, byte[] raw) {
        byte[] stored = switch (codec) {
            case ZSTD -> zstd(level, raw);
            case LZ4 -> LZ4_FACTORY.fastCompressor().compress(raw);
            default -> raw;
        };
        return stored.length < raw.length ? stored : null;
    }

    /** The interface that takes the whole input at once: it makes no empty last block. */
    private static byte[] zstd(int level, byte[] raw) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(level).setChecksum(true).setContentSize(true).setDictID(false);
            return context.compress(raw);
        }
    }
}
