namespace VmmEngine.Exploration.States;

/// <summary>One state of a world, unpacked for stepping. Reused; the stored form is what <see cref="StateCodec"/> writes.</summary>
internal sealed class WorldState
{
    /// <summary>Most stores that one thread can have buffered.</summary>
    public const int BufferLimit = 64;

    private readonly World _world;
    private readonly BufferedStore[][] _buffers;
    private ulong[] _memory = new ulong[16];
    private int _memoryCount;

    public WorldState(World world)
    {
        _world = world;
        Threads = new ThreadState[world.Threads.Count];
        _buffers = new BufferedStore[world.Threads.Count][];
        for (int thread = 0; thread < _buffers.Length; thread++)
        {
            _buffers[thread] = new BufferedStore[BufferLimit];
        }
    }

    public ThreadState[] Threads { get; }

    /// <summary>The value of every variable known so far.</summary>
    public Span<ulong> Memory
    {
        get
        {
            IncludeNewVariables();
            return _memory.AsSpan(0, _memoryCount);
        }
    }

    public Span<BufferedStore> Buffer(int thread) => _buffers[thread].AsSpan(0, Threads[thread].Buffered);

    /// <summary>What <paramref name="thread"/> reads: its own newest buffered store, else memory.</summary>
    public ulong Load(int thread, int variable)
    {
        Span<BufferedStore> buffer = Buffer(thread);
        for (int entry = buffer.Length - 1; entry >= 0; entry--)
        {
            if (buffer[entry].Variable == variable)
            {
                return buffer[entry].Value;
            }
        }

        return Memory[variable];
    }

    public void Store(int thread, int variable, ulong value)
    {
        ref int count = ref Threads[thread].Buffered;
        if (count == BufferLimit)
        {
            throw new InvalidOperationException($"A thread buffered more than {BufferLimit} stores.");
        }

        _buffers[thread][count++] = new BufferedStore { Variable = variable, Value = value };
    }

    /// <summary>Moves the oldest buffered store of <paramref name="thread"/> to memory.</summary>
    public BufferedStore Flush(int thread)
    {
        Span<BufferedStore> buffer = Buffer(thread);
        BufferedStore oldest = buffer[0];
        Memory[oldest.Variable] = oldest.Value;
        buffer[1..].CopyTo(buffer);
        Threads[thread].Buffered--;
        return oldest;
    }

    /// <summary>Makes the first <paramref name="count"/> values the caller's to fill in; the rest become the initial values.</summary>
    public Span<ulong> ResetMemory(int count)
    {
        _memoryCount = count;
        if (_memory.Length < count)
        {
            Array.Resize(ref _memory, 2 * count);
        }

        return _memory.AsSpan(0, count);
    }

    private void IncludeNewVariables()
    {
        IReadOnlyList<Variable> variables = _world.Variables;
        if (_memoryCount == variables.Count)
        {
            return;
        }

        if (_memory.Length < variables.Count)
        {
            Array.Resize(ref _memory, 2 * variables.Count);
        }

        for (; _memoryCount < variables.Count; _memoryCount++)
        {
            _memory[_memoryCount] = variables[_memoryCount].Initial;
        }
    }
}
