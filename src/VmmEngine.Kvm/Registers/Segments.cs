using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Between KVM's segments, with a byte for each attribute, and access rights in VMX format.</summary>
internal static class Segments
{
    private const int S = 4;
    private const int Dpl = 5;
    private const int Present = 7;
    private const int Avl = 12;
    private const int L = 13;
    private const int Db = 14;
    private const int G = 15;
    private const int Unusable = 16;

    public static SegmentRegister Load(in kvm_segment from) => new()
    {
        Base = from.@base,
        Limit = from.limit,
        Selector = from.selector,
        Access = (from.type & 15u) | Bit(from.s, S) | ((from.dpl & 3u) << Dpl) | Bit(from.present, Present) | Bit(from.avl, Avl)
            | Bit(from.l, L) | Bit(from.db, Db) | Bit(from.g, G) | Bit(from.unusable, Unusable),
    };

    public static kvm_segment Store(in SegmentRegister from) => new()
    {
        @base = from.Base,
        limit = from.Limit,
        selector = from.Selector,
        type = (byte)(from.Access & 15),
        s = Byte(from.Access, S),
        dpl = (byte)((from.Access >> Dpl) & 3),
        present = Byte(from.Access, Present),
        avl = Byte(from.Access, Avl),
        l = Byte(from.Access, L),
        db = Byte(from.Access, Db),
        g = Byte(from.Access, G),
        unusable = Byte(from.Access, Unusable),
    };

    public static DescriptorTable Load(in kvm_dtable from) => new() { Base = from.@base, Limit = from.limit };

    public static kvm_dtable Store(in DescriptorTable from) => new() { @base = from.Base, limit = from.Limit };

    private static uint Bit(byte value, int position) => (value == 0 ? 0u : 1u) << position;

    private static byte Byte(uint access, int position) => (byte)((access >> position) & 1);
}
