using VmmEngine.Generators.Facts;

namespace VmmEngine.Generators.Model;

/// <summary>Finds the ids that lead an argument. They are known by type and by name, since any struct begins with some integer.</summary>
internal static class ArgumentIds
{
    private const string SignedId = "int";
    private const string UnsignedId = "uint";

    public static string? VmId(StructFacts argument) =>
        argument.Leading.Count > 0 && argument.Leading[0] is var member && IsId(member, 0, "vm_id") ? Unsigned(member) : null;

    /// <param name="argument">The struct.</param>
    /// <param name="behindVm">The VM's id comes first.</param>
    public static string? VcpuId(StructFacts argument, bool behindVm)
    {
        int index = behindVm ? 1 : 0;
        if (argument.Leading.Count <= index)
        {
            return null;
        }

        MemberFacts member = argument.Leading[index];
        return IsId(member, index * sizeof(int), "cpuid", "vcpuid", "vcpu_id") ? Signed(member) : null;
    }

    /// <summary>What stands where the id should be, for a message.</summary>
    public static string Describe(StructFacts? argument, int index) =>
        argument is null || argument.Leading.Count <= index ? "absent" : $"'{argument.Leading[index].Type} {argument.Leading[index].Name}'";

    private static bool IsId(MemberFacts member, long offset, params string[] endings) =>
        member.Offset == offset
        && member.Type is SignedId or UnsignedId
        && endings.Any(ending => member.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static string Signed(MemberFacts member) => member.Type == SignedId ? "argument." + member.Name : $"unchecked((int)argument.{member.Name})";

    private static string Unsigned(MemberFacts member) => member.Type == UnsignedId ? "argument." + member.Name : $"unchecked((uint)argument.{member.Name})";
}
