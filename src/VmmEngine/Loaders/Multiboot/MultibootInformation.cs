using System.Buffers.Binary;
using System.Text;

namespace VmmEngine.Loaders;

/// <summary>What a multiboot kernel is told: memory, command line, the loader's name.</summary>
/// <remarks>Multiboot Specification 0.6.96, section 3.3.</remarks>
internal static class MultibootInformation
{
    /// <summary>What EAX holds at the entry point.</summary>
    public const uint BootMagic = 0x2BAD_B002;

    private const int InformationSize = 116;
    private const int MapEntrySize = 24;
    private const int MaximumCommandLine = 4095;

    private const uint HasMemory = 1 << 0;
    private const uint HasCommandLine = 1 << 2;
    private const uint HasMemoryMap = 1 << 6;
    private const uint HasLoaderName = 1 << 9;

    private const uint Available = 1;
    private const uint Reserved = 2;

    /// <summary>Writes the structure and what it points to into free memory.</summary>
    /// <returns>Its address, for EBX.</returns>
    public static uint Write(string commandLine, LoadTarget target, FreeMemory free)
    {
        byte[] line = Encoding.UTF8.GetBytes(commandLine);
        if (line.Length > MaximumCommandLine || line.Contains((byte)0))
        {
            throw new LoadException($"The command line has {line.Length} bytes; give at most {MaximumCommandLine}, none of them zero.");
        }

        List<(ulong Start, ulong End, uint Kind)> map = MemoryMap(target);
        byte[] name = Encoding.ASCII.GetBytes("VmmEngine");
        int mapOffset = InformationSize;
        int lineOffset = mapOffset + (map.Count * MapEntrySize);
        int nameOffset = lineOffset + line.Length + 1;
        byte[] bytes = new byte[nameOffset + name.Length + 1];
        uint address = (uint)free.Allocate("the multiboot information", (ulong)bytes.Length, alignment: 16);

        Put32(bytes, 0, HasMemory | HasCommandLine | HasMemoryMap | HasLoaderName);
        Put32(bytes, 4, (uint)(Math.Min(target.LowMemory, FreeMemory.BaseMemoryEnd) >> 10));
        Put32(bytes, 8, (uint)((target.LowMemory - Math.Min(target.LowMemory, FreeMemory.ExtendedMemoryStart)) >> 10));
        Put32(bytes, 16, address + (uint)lineOffset);
        Put32(bytes, 44, (uint)(map.Count * MapEntrySize));
        Put32(bytes, 48, address + (uint)mapOffset);
        Put32(bytes, 64, address + (uint)nameOffset);
        for (int i = 0; i < map.Count; i++)
        {
            PutMapEntry(bytes.AsSpan(mapOffset + (i * MapEntrySize)), map[i]);
        }

        line.CopyTo(bytes, lineOffset);
        name.CopyTo(bytes, nameOffset);
        target.Write("The multiboot information", address, bytes);
        return address;
    }

    private static List<(ulong Start, ulong End, uint Kind)> MemoryMap(LoadTarget target)
    {
        List<(ulong Start, ulong End, uint Kind)> map = [];
        Add(0, Math.Min(target.LowMemory, FreeMemory.BaseMemoryEnd), Available);
        Add(FreeMemory.BaseMemoryEnd, Math.Min(target.LowMemory, 0xA_0000), Reserved);
        Add(0xF_0000, Math.Min(target.LowMemory, FreeMemory.ExtendedMemoryStart), Reserved);
        Add(FreeMemory.ExtendedMemoryStart, target.LowMemory, Available);
        Add(LoadTarget.HighMemoryStart, LoadTarget.HighMemoryStart + target.HighMemory, Available);
        return map;

        void Add(ulong start, ulong end, uint kind)
        {
            if (start < end)
            {
                map.Add((start, end, kind));
            }
        }
    }

    private static void PutMapEntry(Span<byte> entry, (ulong Start, ulong End, uint Kind) range)
    {
        // The size does not count itself.
        BinaryPrimitives.WriteUInt32LittleEndian(entry, MapEntrySize - sizeof(uint));
        BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], range.Start);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[12..], range.End - range.Start);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], range.Kind);
    }

    private static void Put32(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
