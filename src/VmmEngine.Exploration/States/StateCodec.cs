using System.Runtime.CompilerServices;

namespace VmmEngine.Exploration.States;

/// <summary>
/// Writes a state as few bytes, and reads it back. Equal states give equal bytes, whenever they are written.
/// </summary>
/// <remarks>
/// Numbers are little-endian base 128. Variables become known during the search, so memory is written as differences from the initial values
/// with trailing zeros left out: a variable that nobody has changed yet takes no part.
/// </remarks>
internal sealed class StateCodec(World world)
{
    private const ulong Asleep = 1;
    private const ulong InBarrier = 2;
    private const int FlagBits = 2;

    private byte[] _bytes = new byte[256];
    private int _position;

    public ReadOnlySpan<byte> Write(WorldState state)
    {
        _position = 0;
        for (int thread = 0; thread < state.Threads.Length; thread++)
        {
            ref ThreadState own = ref state.Threads[thread];
            Put((uint)own.Decision);
            Put(((ulong)own.Buffered << FlagBits) | (own.IsAsleep ? Asleep : 0) | (own.BarrierWaitsFor != 0 ? InBarrier : 0));
            if (own.BarrierWaitsFor != 0)
            {
                Put(own.BarrierWaitsFor);
            }

            foreach (ref BufferedStore store in state.Buffer(thread))
            {
                Put((uint)store.Variable);
                Put(store.Value);
            }

            Put(own.Holds);
        }

        Span<ulong> memory = state.Memory;
        int changed = memory.Length;
        while (changed > 0 && memory[changed - 1] == world.Variables[changed - 1].Initial)
        {
            changed--;
        }

        for (int variable = 0; variable < changed; variable++)
        {
            Put(memory[variable] ^ world.Variables[variable].Initial);
        }

        return _bytes.AsSpan(0, _position);
    }

    public static void Read(ReadOnlySpan<byte> bytes, World world, WorldState state)
    {
        int position = 0;
        for (int thread = 0; thread < state.Threads.Length; thread++)
        {
            ref ThreadState own = ref state.Threads[thread];
            own.Decision = (int)Take(bytes, ref position);
            ulong flags = Take(bytes, ref position);
            own.IsAsleep = (flags & Asleep) != 0;
            own.BarrierWaitsFor = (flags & InBarrier) != 0 ? (byte)Take(bytes, ref position) : (byte)0;
            own.Buffered = 0;
            for (ulong left = flags >> FlagBits; left > 0; left--)
            {
                int variable = (int)Take(bytes, ref position);
                state.Store(thread, variable, Take(bytes, ref position));
            }

            own.Holds = Take(bytes, ref position);
        }

        Span<ulong> memory = state.ResetMemory(world.Variables.Count);
        for (int variable = 0; variable < memory.Length; variable++)
        {
            ulong difference = position < bytes.Length ? Take(bytes, ref position) : 0;
            memory[variable] = world.Variables[variable].Initial ^ difference;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Take(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong first = bytes[position++];
        return first < 0x80 ? first : TakeLong(bytes, ref position, first & 0x7F);
    }

    private static ulong TakeLong(ReadOnlySpan<byte> bytes, ref int position, ulong value)
    {
        for (int shift = 7; ; shift += 7)
        {
            ulong next = bytes[position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private void Put(ulong value)
    {
        // The longest number takes ten bytes.
        if (_position + 10 > _bytes.Length)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }

        for (; value >= 0x80; value >>= 7)
        {
            _bytes[_position++] = (byte)(value | 0x80);
        }

        _bytes[_position++] = (byte)value;
    }
}
