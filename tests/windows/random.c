/* bcryptprimitives.dll for Wine 8, which lacks it: the one function that Rust programs need of it.
   Only ever put into a test's own prefix. */

#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
    return SystemFunction036(buffer, (ULONG)length);
}
