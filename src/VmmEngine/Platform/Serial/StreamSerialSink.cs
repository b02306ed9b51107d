using System.Diagnostics;
using VmmEngine.Locks;

namespace VmmEngine.Platform;

/// <summary>
/// Writes what a guest sends to a stream, on a thread of its own, so that a slow terminal or a full pipe never stops a vCPU. A guest that looks at
/// the line status loses nothing.
/// </summary>
/// <remarks>
/// One writer (the device), one reader (the thread). The stream is flushed whenever it has caught up, and stays open. As long as there is no
/// stream, what the guest sends is lost, as on a line to which nobody listens.
/// </remarks>
public sealed class StreamSerialSink : SerialSink, IDisposable
{
    private const int Capacity = 1 << 16;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly byte[] _ring = new byte[Capacity];
    private readonly uint[] _wakeUps = GC.AllocateArray<uint>(1, pinned: true);
    private readonly uint[] _caughtUp = GC.AllocateArray<uint>(1, pinned: true);
    private volatile Stream? _stream;
    private Thread? _thread;

    // Free-running: the difference is what the ring holds. Each is written by one side only.
    private uint _written;
    private uint _read;

    private int _sleeps;
    private int _flushes;
    private int _wasFull;
    private volatile bool _closing;
    private volatile Exception? _error;

    /// <summary>Makes a sink to which nobody listens yet.</summary>
    public StreamSerialSink()
    {
    }

    /// <summary>Makes a sink that writes to a stream.</summary>
    public StreamSerialSink(Stream stream) => Attach(stream);

    /// <summary>Why the stream took no more; null as long as it does. What a guest sends after that is dropped.</summary>
    public Exception? Error => _error;

    /// <summary>Sends to this stream what the guest sends from now on. One thread at a time, while the guest may run.</summary>
    public void Attach(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Flush();
        _error = null;
        _stream = stream;
        if (_thread is null)
        {
            _thread = new Thread(Pump) { IsBackground = true, Name = "serial output" };
            _thread.Start();
        }
    }

    /// <summary>Waits until the stream has everything that the guest sent before, or has failed.</summary>
    /// <param name="patience">How long at most; null: as long as the stream takes.</param>
    /// <returns>False if the stream has not taken everything in that time; it still gets the rest.</returns>
    public bool Flush(TimeSpan? patience = null)
    {
        if (_thread is null)
        {
            return true;
        }

        long start = Stopwatch.GetTimestamp();
        bool isLevel;
        Interlocked.Increment(ref _flushes); // a full fence: the thread either sees it, or is seen asleep
        while (true)
        {
            // Asleep, not just level: a device that waited for room has handed over the rest by then.
            uint seen = Volatile.Read(ref _caughtUp[0]);
            isLevel = Volatile.Read(ref _sleeps) != 0 && Volatile.Read(ref _written) == Volatile.Read(ref _read);
            TimeSpan? left = patience - Stopwatch.GetElapsedTime(start);
            if (isLevel || left <= TimeSpan.Zero)
            {
                break;
            }

            if (left is { } time)
            {
                Futex.Wait(ref _caughtUp[0], seen, (ulong)time.Ticks * TimeSpan.NanosecondsPerTick);
            }
            else
            {
                Futex.Wait(ref _caughtUp[0], seen);
            }
        }

        Interlocked.Decrement(ref _flushes);
        return isLevel;
    }

    /// <inheritdoc/>
    public override bool TryWrite(byte value)
    {
        if (_stream is null)
        {
            return true;
        }

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
            Signal(ref _wakeUps[0]);
        }

        return true;
    }

    /// <summary>
    /// Waits until everything is written, and ends the thread. Gives up after two seconds: a pipe that nobody reads must not keep the program alive.
    /// </summary>
    public void Dispose()
    {
        _closing = true;
        Signal(ref _wakeUps[0]);
        _thread?.Join(LastWords);
    }

    private static void Signal(ref uint word)
    {
        Interlocked.Increment(ref word);
        Futex.Wake(ref word);
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

            Interlocked.Exchange(ref _sleeps, 1);
            if (Volatile.Read(ref _written) == _read)
            {
                if (Volatile.Read(ref _flushes) != 0)
                {
                    Signal(ref _caughtUp[0]);
                }

                if (_closing)
                {
                    return;
                }

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
                Stream stream = _stream!;
                stream.Write(_ring.AsSpan(start, length));
                if (length == count)
                {
                    stream.Flush();
                }
            }
            catch (Exception error)
            {
                _error = error; // of any kind: the stream may be anybody's, and nobody else catches it on this thread
            }
        }

        Interlocked.Exchange(ref _read, _read + (uint)length);
        if (Interlocked.Exchange(ref _wasFull, 0) != 0)
        {
            OnReady();
        }
    }
}
