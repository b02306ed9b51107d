using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Running;

/// <summary>Reads the file of a guest, which may be a pipe, and may be anything.</summary>
internal static class ImageFile
{
    /// <summary>More than any guest's image.</summary>
    private const long Limit = 1 << 30;

    /// <summary>For what does not say how long it is: a pipe, or a device that never ends.</summary>
    private const int UnknownLimit = 64 << 20;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string option, string file)
    {
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            long length = stream.CanSeek ? stream.Length : 0;
            if (length > Limit)
            {
                throw new UserErrorException($"{option}: '{file}' has {length} bytes, and an image has at most {Limit}.");
            }

            return length != 0 ? ReadKnown(stream, (int)length) : ReadUnknown(stream)
                ?? throw new UserErrorException($"{option}: '{file}' does not end after {UnknownLimit} bytes, the most that is read of a pipe or a device.");
        }
        catch (Exception error) when (FileProblem.IsOne(error))
        {
            throw new UserErrorException($"{option}: '{file}' cannot be read: {FileProblem.Describe(file, error)}");
        }
    }

    // What is cut while it is read is shorter.
    private static byte[] ReadKnown(FileStream stream, int length)
    {
        byte[] bytes = new byte[length];
        int read = stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        return read == length ? bytes : bytes[..read];
    }

    // Null if it is too long.
    private static byte[]? ReadUnknown(FileStream stream)
    {
        using MemoryStream bytes = new();
        byte[] piece = new byte[1 << 16];
        while (stream.Read(piece) is int count and not 0)
        {
            bytes.Write(piece, 0, count);
            if (bytes.Length > UnknownLimit)
            {
                return null;
            }
        }

        return bytes.ToArray();
    }
}
