#pragma once
// png.h uses FILE and size_t without including them.
#include <stddef.h>
#include <stdio.h>
#include <png.h>
