using VmmEngine.Memory;

namespace VmmEngine.Snapshots;

/// <summary>The part of a snapshot that says what memory there is and where the guest sees it. The bytes themselves are behind the parts.</summary>
internal sealed class SnapshotMemory : ISnapshotted
{
    private const int MostMappings = 4096;

    /// <summary>The part's name.</summary>
    public const string PartName = "memory";

    /// <summary>The segments, in the order of their bytes.</summary>
    public List<(int Id, string Name, ulong Length, ulong Place)> Segments { get; } = [];

    /// <summary>Where they are mapped.</summary>
    public List<(ulong Address, ulong Length, int Segment, ulong Offset, MemoryProtection Protection)> Mappings { get; } = [];

    /// <summary>Describes a VM's memory.</summary>
    /// <param name="map">The memory.</param>
    /// <param name="blocks">Its segments with their places.</param>
    public static SnapshotMemory Of(MemoryMap map, out List<SnapshotMemoryBlock> blocks)
    {
        SnapshotMemory memory = new();
        blocks = [];
        ulong place = 0;
        foreach (MemorySegment? segment in map.Segments)
        {
            if (segment is not null)
            {
                memory.Segments.Add((segment.Id, System.Text.Encoding.UTF8.GetString(segment.Name), segment.Length, place));
                blocks.Add(new SnapshotMemoryBlock(segment, place));
                place += segment.Length;
            }
        }

        foreach (MemoryMapping mapping in map.Mappings)
        {
            memory.Mappings.Add((mapping.Address, mapping.Length, mapping.Segment.Id, mapping.Offset, mapping.Protection));
        }

        return memory;
    }

    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        writer.Write(Segments.Count);
        foreach ((int id, string name, ulong length, ulong place) in Segments)
        {
            writer.Write(id);
            SnapshotImage.WriteName(writer, name);
            writer.Write(length);
            writer.Write(place);
        }

        writer.Write(Mappings.Count);
        foreach ((ulong address, ulong length, int segment, ulong offset, MemoryProtection protection) in Mappings)
        {
            writer.Write(address);
            writer.Write(length);
            writer.Write(segment);
            writer.Write(offset);
            writer.Write((byte)protection);
        }
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        int segments = reader.ReadInt32(0, Abi.FreeBsd.vm_memory.VM_MAX_MEMSEGS);
        for (int i = 0; i < segments; i++)
        {
            Segments.Add((reader.ReadInt32(0, Abi.FreeBsd.vm_memory.VM_MAX_MEMSEGS - 1), SnapshotImage.ReadName(reader), reader.ReadUInt64(), reader.ReadUInt64()));
        }

        int mappings = reader.ReadInt32(0, MostMappings);
        for (int i = 0; i < mappings; i++)
        {
            Mappings.Add((reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt32(0, Abi.FreeBsd.vm_memory.VM_MAX_MEMSEGS - 1), reader.ReadUInt64(),
                (MemoryProtection)reader.ReadByte((byte)MemoryProtection.All)));
        }
    }
}
