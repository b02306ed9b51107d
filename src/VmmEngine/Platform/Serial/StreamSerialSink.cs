using VmmEngine.Locks;

namespace VmmEngine.Platform;

/// <summary>
/// Writes what a guest sends to a stream, on a thread of its own, so that a slow terminal or a full pipe never stops a vCPU. A guest that looks at
/// the line status loses nothing.
/// </summary>
/// <remarks>One writer (the device), one reader (the thread). The stream is flushed whenever it has caught up, and stays open.</remarks>
public sealed class StreamSerialSink : SerialSink, IDisposable
{
    private const int Capacity = 1 << 16;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Stream _stream;
    private readonly byte[] _ring = new byte[Capacity];
    private readonly uint[] _wakeUps = GC.AllocateArray<uint>(1, pinned: true);
    private readonly Thread _thread;

    // Free-running: the difference is what the ring holds. Each is written by one side only.
    private uint _written;
    private uint _read;

    private int _sleeps;
    private int _wasFull;
    private volatile bool _closing;
    private volatile Exception? _error;

    /// <summary>Starts the thread.</summary>
    public StreamSerialSink(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _thread = new Thread(Pump) { IsBackground = true, Name = "serial output" };
        _thread.Start();
    }

    /// <summary>Why the stream took no more; null as long as it does. What a guest sends after that is dropped.</summary>
    public Exception? Error => _error;

    /// <inheritdoc/>
    public override bool TryWrite(byte value)
    {
        if (_written - Volatile.Read(ref _read) == Capacity)
        {
            // Announce first, then look again: the reader makes room first and looks at the announcement afterwards.
            Interlocked.Exchange(ref _wasFull, 1);
            if (_written - Volatile.Read(ref _read) == Capacity)
            {
                return false;
            }
        }

        _ring[_written % Capacity] = value;
        Interlocked.Exchange(ref _written, _written + 1); // a full fence: the reader either sees the byte, or is seen asleep
        if (Volatile.Read(ref _sleeps) != 0)
        {
            Wake();
        }

        return true;
    }

    /// <summary>
    /// Waits until everything is written, and ends the thread. Gives up after two seconds: a pipe that nobody reads must not keep the program alive.
    /// </summary>
    public void Dispose()
    {
        _closing = true;
        Wake();
        _thread.Join(LastWords);
    }

    private void Wake()
    {
        Interlocked.Increment(ref _wakeUps[0]);
        Futex.Wake(ref _wakeUps[0]);
    }

    private void Pump()
    {
        while (true)
        {
            uint seen = Volatile.Read(ref _wakeUps[0]);
            uint count = Volatile.Read(ref _written) - _read;
            if (count != 0)
            {
                Deliver(count);
                continue;
            }

            if (_closing)
            {
                return;
            }

            Interlocked.Exchange(ref _sleeps, 1);
            if (Volatile.Read(ref _written) == _read && !_closing)
            {
                Futex.Wait(ref _wakeUps[0], seen);
            }

            Volatile.Write(ref _sleeps, 0);
        }
    }

    private void Deliver(uint count)
    {
        int start = (int)(_read % Capacity);
        int length = (int)Math.Min(count, (uint)(Capacity - start));
        if (_error is null)
        {
            try
            {
                _stream.Write(_ring, start, length);
                if (length == count)
                {
                    _stream.Flush();
                }
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException or UnauthorizedAccessException)
            {
                _error = error;
            }
        }

        Interlocked.Exchange(ref _read, _read + (uint)length);
        if (Interlocked.Exchange(ref _wasFull, 0) != 0)
        {
            OnReady();
        }
    }
}
