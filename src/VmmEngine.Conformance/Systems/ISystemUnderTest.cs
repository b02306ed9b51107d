namespace VmmEngine.Conformance.Systems;

/// <summary>
/// The system calls that a client of the devices makes: all that the suite knows of an implementation. Results are 0 or the errno of the interface's own system.
/// </summary>
/// <remarks>Every member may be called from any thread at any time. Disposing closes what is open; threads inside come out of it.</remarks>
public interface ISystemUnderTest : IDisposable
{
    /// <summary>open(2).</summary>
    int Open(string path, Access access, Caller caller, out int descriptor);

    /// <summary>ioctl(2).</summary>
    /// <param name="descriptor">What <see cref="Open"/> gave.</param>
    /// <param name="word">The whole command word.</param>
    /// <param name="argument">The address of the argument; addresses of the first page, which nobody can map, stand for any bad one.</param>
    int Ioctl(int descriptor, uint word, nint argument);

    /// <summary>pread(2) of all the bytes.</summary>
    int Read(int descriptor, long offset, Span<byte> destination);

    /// <summary>pwrite(2) of all the bytes.</summary>
    int Write(int descriptor, long offset, ReadOnlySpan<byte> source);

    /// <summary>mmap(2), shared.</summary>
    int Map(int descriptor, long offset, ulong length, Access access, out IMappedMemory? memory);

    /// <summary>dup(2).</summary>
    int Duplicate(int descriptor, out int duplicate);

    /// <summary>close(2).</summary>
    int Close(int descriptor);
}
