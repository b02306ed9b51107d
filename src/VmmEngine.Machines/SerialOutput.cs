using VmmEngine.Platform;

namespace VmmEngine.Machines;

/// <summary>
/// Carries what a guest sends to a stream, on a thread of its own, so that a slow stream does not hold a vCPU up. A full buffer makes the device
/// wait, as a slow line does. A stream that fails gets no more.
/// </summary>
internal sealed class SerialOutput : SerialSink, IDisposable
{
    private const int Capacity = 1 << 16;

    private readonly Lock _buffer = new();
    private readonly byte[] _bytes = new byte[Capacity];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ManualResetEventSlim _drained = new(initialState: true);
    private Thread? _writer;
    private Stream? _stream;
    private int _first;
    private int _count;
    private bool _wanted;
    private bool _stopping;

    /// <summary>Where the bytes go from now on. Until there is a stream they are lost.</summary>
    public void Attach(Stream stream)
    {
        Flush();
        lock (_buffer)
        {
            _stream = stream;
            if (_writer is null)
            {
                _writer = new Thread(WriteAll) { IsBackground = true, Name = "guest console" };
                _writer.Start();
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryWrite(byte value)
    {
        lock (_buffer)
        {
            if (_stream is null)
            {
                return true;
            }

            if (_count == Capacity)
            {
                _wanted = true;
                return false;
            }

            _bytes[(_first + _count) % Capacity] = value;
            if (_count++ == 0)
            {
                _drained.Reset();
                _wake.Release();
            }

            return true;
        }
    }

    /// <summary>Waits until the stream has everything.</summary>
    public void Flush() => _drained.Wait();

    /// <summary>Writes what is left and stops.</summary>
    public void Dispose()
    {
        lock (_buffer)
        {
            _stopping = true;
        }

        _wake.Release();
        _writer?.Join();
        _wake.Dispose();
        _drained.Dispose();
    }

    private void WriteAll()
    {
        byte[] copy = new byte[Capacity];
        while (true)
        {
            _wake.Wait();
            if (!WritePending(copy))
            {
                return;
            }
        }
    }

    // False when it is time to stop and nothing is left.
    private bool WritePending(byte[] copy)
    {
        while (true)
        {
            int count;
            Stream stream;
            bool wanted;
            lock (_buffer)
            {
                if (_count == 0)
                {
                    _drained.Set();
                    return !_stopping;
                }

                count = _count;
                int untilEnd = Math.Min(count, Capacity - _first);
                _bytes.AsSpan(_first, untilEnd).CopyTo(copy);
                _bytes.AsSpan(0, count - untilEnd).CopyTo(copy.AsSpan(untilEnd));
                stream = _stream!;
            }

            Write(stream, copy.AsSpan(0, count));
            lock (_buffer)
            {
                _first = (_first + count) % Capacity;
                _count -= count;
                wanted = _wanted;
                _wanted = false;
            }

            if (wanted)
            {
                OnReady();
            }
        }
    }

    private static void Write(Stream stream, ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // Nobody listens any more: a guest does not stop because its console went away.
        }
    }
}
