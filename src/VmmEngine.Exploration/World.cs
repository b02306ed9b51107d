using System.Runtime.InteropServices;

namespace VmmEngine.Exploration;

/// <summary>
/// The memory, threads and promises of one scenario. Filled by <see cref="Scenario.Build"/>, then explored; one exploration uses one world.
/// </summary>
/// <remarks>
/// A thread is a list of steps. A step runs code whose shared accesses all go through <see cref="ReplayAtomics"/>; it must be deterministic and may
/// not carry locals into the next step, because the explorer runs it again for every branch that its results open.
/// </remarks>
public sealed unsafe class World : IDisposable
{
    /// <summary>Most threads that one world can have.</summary>
    public const int MaxThreads = 8;

    private const int Alignment = 128;

    private readonly List<Block> _blocks = [];
    private readonly List<ThreadProgram> _threads = [];
    private readonly List<Variable> _variables = [];
    private readonly Dictionary<nint, int> _variableIndex = [];
    private readonly Dictionary<nint, (string Name, bool Restored)> _names = [];
    private readonly string[] _resources = new string[Holds.MaxResources];
    private bool _sealed;

    internal IReadOnlyList<ThreadProgram> Threads => _threads;

    internal IReadOnlyList<Variable> Variables => _variables;

    internal List<Func<FinalMemory, string?>> EndPromises { get; } = [];

    internal ulong GuestHolds { get; private set; }

    /// <summary>Native zeroed memory for one <typeparamref name="T"/>, aligned to 128 bytes, freed with the world.</summary>
    /// <param name="name">Names words that have no name of their own, as <c>name+offset</c>.</param>
    public T* Allocate<T>(string name)
        where T : unmanaged => AllocateArray<T>(name, 1);

    /// <summary>Native zeroed memory for <paramref name="count"/> consecutive values.</summary>
    /// <param name="name">As for <see cref="Allocate{T}"/>.</param>
    /// <param name="count">Number of values.</param>
    public T* AllocateArray<T>(string name, int count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_sealed, this);
        nuint size = (nuint)(sizeof(T) * count);
        byte* memory = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(memory, size);
        _blocks.Add(new Block(name, memory, (int)size));
        return (T*)memory;
    }

    /// <summary>Names a word for traces.</summary>
    /// <param name="word">A word inside memory of this world.</param>
    /// <param name="name">The name.</param>
    /// <param name="restored">Whether every complete schedule must leave the word as it was; words without a name must.</param>
    public void Name(uint* word, string name, bool restored = true) => _names[(nint)word] = (name, restored);

    /// <summary>Names a resource of <see cref="Observe.Enter"/>.</summary>
    /// <param name="number">0 to 31.</param>
    /// <param name="name">The name.</param>
    /// <param name="isGuest">Whether being inside means running guest code: a thread asleep there for ever has lost a kick.</param>
    public void Resource(int number, string name, bool isGuest = false)
    {
        _resources[number] = name;
        if (isGuest)
        {
            GuestHolds |= Holds.Bit(number, HoldMode.Exclusive) | Holds.Bit(number, HoldMode.Shared);
        }
    }

    /// <summary>Adds a thread that runs <paramref name="steps"/> one after another, each once.</summary>
    /// <param name="name">Shown in traces.</param>
    /// <param name="steps">The steps.</param>
    public void Thread(string name, params Action[] steps) =>
        Add(name, isDaemon: false, [.. steps.Select(step => (Func<bool>)(() => Once(step)))]);

    /// <summary>Adds a thread whose steps each run again for as long as they return true.</summary>
    /// <param name="name">Shown in traces.</param>
    /// <param name="steps">The steps.</param>
    public void LoopingThread(string name, params Func<bool>[] steps) => Add(name, isDaemon: false, steps);

    /// <summary>Adds a looping thread that need not finish: a schedule is complete when it sleeps and all others have finished.</summary>
    /// <param name="name">Shown in traces.</param>
    /// <param name="steps">The steps.</param>
    public void Daemon(string name, params Func<bool>[] steps) => Add(name, isDaemon: true, steps);

    /// <summary>Adds a promise about memory at the end of every complete schedule.</summary>
    /// <param name="promise">Null, or what was broken.</param>
    public void AtEnd(Func<FinalMemory, string?> promise) => EndPromises.Add(promise);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (Block block in _blocks)
        {
            NativeMemory.AlignedFree(block.Memory);
        }

        _blocks.Clear();
    }

    /// <summary>Takes the memory as it is now for the beginning of every schedule.</summary>
    internal void Seal()
    {
        _sealed = true;
        foreach (Block block in _blocks)
        {
            block.Contents().CopyTo(block.Initial);
        }
    }

    /// <summary>Undoes plain writes of an earlier run, so that every run begins alike.</summary>
    internal void RestoreMemory()
    {
        foreach (Block block in _blocks)
        {
            block.Initial.CopyTo(block.Contents());
        }
    }

    /// <summary>The name of a word that differs from its initial value. No controlled access writes memory, so only a plain write can do that.</summary>
    internal string? FindPlainWrite()
    {
        foreach (Block block in _blocks)
        {
            int offset = block.Contents().CommonPrefixLength(block.Initial);
            if (offset != block.Initial.Length)
            {
                return NameOf((nint)block.Memory + (offset & ~3));
            }
        }

        return null;
    }

    internal string ResourceName(int number) => _resources[number] ?? $"resource {number}";

    internal int VariableAt(nint address, int width)
    {
        if (_variableIndex.TryGetValue(address, out int index))
        {
            return _variables[index].Width == width
                ? index
                : throw new InvalidOperationException($"{_variables[index].Name} is accessed with {width} and with {_variables[index].Width} bytes");
        }

        Block block = BlockOf(address) ?? throw new InvalidOperationException("a controlled access reached memory outside the world");
        int offset = (int)(address - (nint)block.Memory);
        ReadOnlySpan<byte> bytes = block.Initial.AsSpan(offset, width);
        ulong initial = width == sizeof(uint) ? MemoryMarshal.Read<uint>(bytes) : MemoryMarshal.Read<ulong>(bytes);
        bool restored = !_names.TryGetValue(address, out (string Name, bool Restored) named) || named.Restored;
        _variables.Add(new Variable(NameOf(address), initial, width, restored));
        _variableIndex.Add(address, _variables.Count - 1);
        return _variables.Count - 1;
    }

    private static bool Once(Action step)
    {
        step();
        return false;
    }

    private void Add(string name, bool isDaemon, Func<bool>[] steps)
    {
        if (_threads.Count == MaxThreads)
        {
            throw new InvalidOperationException($"A world has at most {MaxThreads} threads.");
        }

        _threads.Add(new ThreadProgram(name, isDaemon, steps));
    }

    private string NameOf(nint address)
    {
        if (_names.TryGetValue(address, out (string Name, bool Restored) named))
        {
            return named.Name;
        }

        Block? block = BlockOf(address);
        return block switch
        {
            null => "unknown",
            _ when address == (nint)block.Memory => block.Name,
            _ => $"{block.Name}+{address - (nint)block.Memory}",
        };
    }

    private Block? BlockOf(nint address)
    {
        foreach (Block block in _blocks)
        {
            nint offset = address - (nint)block.Memory;
            if (offset >= 0 && offset < block.Initial.Length)
            {
                return block;
            }
        }

        return null;
    }

    private sealed class Block(string name, byte* memory, int size)
    {
        public string Name { get; } = name;

        public byte* Memory { get; } = memory;

        public byte[] Initial { get; } = new byte[size];

        public Span<byte> Contents() => new(Memory, Initial.Length);
    }
}
