using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Ratios.Worlds;

/// <summary>
/// A sequence of commands with an argument each, in native memory, so that both sides read the very same bytes.
/// Every argument begins with the caller's vCPU id.
/// </summary>
/// <remarks>
/// The same command takes turns among several argument blocks if there are few commands. With one block only, each call would wait for what the
/// call before it has copied out, which no client does to itself.
/// </remarks>
internal sealed unsafe class CommandStream : IDisposable
{
    private const int BlocksAltogether = 64;
    private const nuint Alignment = 64;

    private readonly byte* _blocks;

    public CommandStream(IReadOnlyList<uint> commands, int vcpu)
    {
        uint[] kinds = [.. commands.Distinct()];
        int blocksPerKind = Math.Max(1, BlocksAltogether / kinds.Length);
        nuint size = 0;
        Dictionary<uint, nuint> firstBlockOf = [];
        foreach (uint kind in kinds)
        {
            firstBlockOf.Add(kind, size);
            size += BlockSize(kind) * (nuint)blocksPerKind;
        }

        _blocks = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(_blocks, size);

        Length = commands.Count;
        Commands = (uint*)NativeMemory.AlignedAlloc((nuint)(Length * sizeof(uint)), Alignment);
        Arguments = (void**)NativeMemory.AlignedAlloc((nuint)(Length * sizeof(void*)), Alignment);
        for (int i = 0; i < Length; i++)
        {
            uint command = commands[i];
            byte* block = _blocks + firstBlockOf[command] + ((nuint)(i % blocksPerKind) * BlockSize(command));
            Unsafe.Write(block, vcpu);
            Commands[i] = command;
            Arguments[i] = block;
        }
    }

    public int Length { get; }

    public uint* Commands { get; }

    public void** Arguments { get; }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Arguments);
        NativeMemory.AlignedFree(Commands);
        NativeMemory.AlignedFree(_blocks);
    }

    // The argument's size stands in the command word; whole cache lines, so that neighbours do not meet.
    private static nuint BlockSize(uint command)
    {
        nuint argument = (command >> 16) & 0x1FFF;
        return Math.Max(Alignment, (argument + Alignment - 1) & ~(Alignment - 1));
    }
}
