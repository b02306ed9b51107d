namespace VmmEngine.Generators.Model;

/// <summary>A row's argument.</summary>
/// <param name="Type">The struct, or an integer type with no namespace.</param>
/// <param name="Ambiguous">True if another searched namespace has a struct of that name too.</param>
/// <param name="Size">In bytes.</param>
/// <param name="VmId">Expression of the VM id inside the argument, if the table's ids lead with one.</param>
/// <param name="VcpuId">Expression of the vCPU id, as an int, if the argument has one where the table says.</param>
internal sealed record ArgumentModel(TypeName Type, bool Ambiguous, int Size, string? VmId, string? VcpuId);
