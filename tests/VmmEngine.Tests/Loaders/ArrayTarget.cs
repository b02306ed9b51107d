using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Tests.Loaders;

/// <summary>Low memory as an array, high memory that keeps nothing.</summary>
internal sealed class ArrayTarget(int lowMemory = 4 << 20, ulong highMemory = 0) : LoadTarget
{
    public byte[] Bytes { get; } = new byte[lowMemory];

    public Dictionary<ulong, byte[]> Roms { get; } = [];

    public override ulong LowMemory => (ulong)Bytes.Length;

    public override ulong HighMemory => highMemory;

    public override bool TryWrite(Gpa address, ReadOnlySpan<byte> bytes)
    {
        if (address.Value > LowMemory || (ulong)bytes.Length > LowMemory - address.Value)
        {
            return address.Value >= 1UL << 32 && address.Value - (1UL << 32) + (ulong)bytes.Length <= highMemory;
        }

        bytes.CopyTo(Bytes.AsSpan((int)address.Value));
        return true;
    }

    public override bool TryMapRom(Gpa address, ReadOnlySpan<byte> bytes) => Roms.TryAdd(address.Value, bytes.ToArray());

    public uint Read32(ulong address) => BitConverter.ToUInt32(Bytes, (int)address);

    public ulong Read64(ulong address) => BitConverter.ToUInt64(Bytes, (int)address);

    public string ReadText(ulong address)
    {
        int end = Array.IndexOf(Bytes, (byte)0, (int)address);
        return System.Text.Encoding.UTF8.GetString(Bytes, (int)address, end - (int)address);
    }
}
