namespace VmmEngine.Loaders;

/// <summary>A part of an ELF file that is to be loaded. Inside the file; its memory overflows no address.</summary>
/// <param name="Offset">First byte in the file.</param>
/// <param name="FileLength">Bytes that come from the file.</param>
/// <param name="Virtual">The address that the program uses.</param>
/// <param name="Physical">Where it is loaded.</param>
/// <param name="Length">Bytes of memory; those behind the file's are zero.</param>
internal readonly record struct ElfSegment(int Offset, int FileLength, ulong Virtual, ulong Physical, ulong Length);
